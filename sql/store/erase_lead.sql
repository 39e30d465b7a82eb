-- Grain: one row: how many rows of each table the erasure $1 emptied, $2 being what erase_words found. What waits to be
-- sent or done ends; rows, statuses and times stay.
with
asked as (
  select id, resman_lead_id as lead, conversation_ids, erased_at from erasure where id = $1
),
log as (
  update status_sync_log g
  set status_reason = erased_reason(g.status_reason), context_data = erased_context(g.context_data)
  from asked
  where (g.resman_lead_id = asked.lead
      or g.resman_lead_id is null and g.conversation_id = any(asked.conversation_ids))
    and (g.status_reason, g.context_data)
      is distinct from (erased_reason(g.status_reason), erased_context(g.context_data))
  returning 1
),
context as (
  update conversation_context c
  set status_reason = null
  from asked
  where c.conversation_id = any(asked.conversation_ids) and c.status_reason is not null
  returning 1
),
gone as materialized (
  select *
  from jsonb_to_recordset($2::jsonb) as gone (field text, word text, label text, spellings text[])
),
-- The same words of leads that were erased before go as well.
description as (
  update lead_description d
  set told = '',
    source = coalesce(
      (select label from gone where field = 'source' and word = lower(d.source)), d.source),
    lost_reason = coalesce(
      (select label from gone where field = 'lost_reason' and word = lower(d.lost_reason)),
      d.lost_reason)
  where d.resman_lead_id in (select e.resman_lead_id from erasure e)
    and (d.told <> '' or exists (
      select from gone
      where field = 'source' and word = lower(d.source)
        or field = 'lost_reason' and word = lower(d.lost_reason)))
  returning 1
),
-- Why a repair failed is told in ResMan's words.
drifted as (
  update drift d
  set reason = null
  from asked
  where d.resman_lead_id = asked.lead and d.outcome = 'failed' and d.reason is not null
  returning 1
),
question as (
  update review_item r
  set reason = case when r.refused then r.verdict else r.reason end, answer_reason = null
  from asked
  where r.resman_lead_id = asked.lead
    and (r.answer_reason is not null or r.refused and r.reason <> r.verdict)
  returning 1
),
action as (
  update workflow_execution x
  set event = '{}',
    state = case x.state when 'pending' then 'unmet' else x.state end,
    reason = case when x.state = 'pending' or x.reason is not null then 'the lead was erased' end,
    finished_at = coalesce(x.finished_at, asked.erased_at)
  from asked
  where x.resman_lead_id = asked.lead and x.event <> '{}'
  returning 1
),
task as (
  update lead_task t
  set title = 'erased', description = null,
    state = case t.state when 'open' then 'cancelled' else t.state end,
    finished_at = coalesce(t.finished_at, asked.erased_at)
  from asked
  where t.resman_lead_id = asked.lead and (t.title <> 'erased' or t.description is not null)
  returning 1
),
reminder as (
  update follow_up f
  set note = null,
    state = case f.state when 'scheduled' then 'moot' else f.state end,
    finished_at = coalesce(f.finished_at, asked.erased_at)
  from asked
  where f.resman_lead_id = asked.lead and (f.note is not null or f.state = 'scheduled')
  returning 1
),
score as (
  update lead_score_change s
  set reason = null
  from asked
  where s.resman_lead_id = asked.lead and s.reason is not null
  returning 1
),
message as (
  update notification n
  set recipient = case
      when n.recipient = n.address or n.recipient ~ '[@+:/]' then 'erased ' || n.id
      else n.recipient end,
    address = case when n.address is not null then 'erased ' || n.id end,
    mailbox = null,
    subject = 'erased', body = 'erased', html = null, attachment = null, last_error = null,
    state = case n.state when 'pending' then 'suppressed' else n.state end,
    finished_at = coalesce(n.finished_at, asked.erased_at)
  from asked
  where n.resman_lead_id = asked.lead and n.body <> 'erased'
  returning 1
),
-- Reports name sources and reasons as Formatting.cut shortens them, and their pages have them escaped. Words are compared
-- in small letters, with one space for all that may stand between them: spaces, punctuation, marks of direction.
gap as (
  select '[\u0001-/:-`{-\u00BF\u2000-\u206F\uFFFD]+' as pattern
),
named as materialized (
  select distinct ' ' || btrim(regexp_replace(lower(form.shown), gap.pattern, ' ', 'g')) || ' ' as words
  from gap
  cross join gone
  cross join unnest(gone.spellings) as spelling
  cross join lateral (
    select case when length(spelling) > 80 then left(spelling, 79) else spelling end as shown) as cut
  cross join lateral (values
    (cut.shown),
    (replace(replace(replace(replace(replace(
      cut.shown, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'))
  ) as form (shown)
),
told as materialized (
  select n.id,
    ' ' || regexp_replace(lower(concat_ws(' ', n.body, n.html)), gap.pattern, ' ', 'g') || ' ' as words
  from notification n
  cross join gap
  where n.origin = 'report' and n.body <> 'erased' and exists (select from gone)
),
report as (
  update notification n
  set subject = 'erased', body = 'erased', html = null, attachment = null,
    state = case n.state when 'pending' then 'suppressed' else n.state end,
    finished_at = coalesce(n.finished_at, asked.erased_at)
  from asked, told
  where n.id = told.id
    and exists (
      select from named where named.words <> '  ' and position(named.words in told.words) > 0)
  returning n.id
),
-- A workbook may name the lead: a report that was not sent yet goes without.
workbook as (
  update notification n
  set attachment = null
  where n.origin = 'report' and n.attachment is not null and n.state in ('pending', 'dead')
    and n.id not in (select report.id from report)
  returning 1
),
webhook as (
  update webhook_delivery w
  set payload = '{}', outcome = case w.outcome when 'waiting' then 'superseded' else w.outcome end
  from asked
  where w.resman_lead_id = asked.lead and w.payload <> '{}'
  returning 1
),
answer as (
  delete from idempotency i
  using asked, status_sync_log g
  where g.resman_lead_id = asked.lead and i.intent_id = g.id and i.status is not null
  returning 1
),
link as (
  update lead_link l
  set evidence = null
  from asked
  where l.resman_lead_id = asked.lead and l.evidence is not null
  returning 1
),
proposal as (
  delete from link_proposal p
  using asked
  where p.resman_lead_id = asked.lead or p.conversation_id = any(asked.conversation_ids)
  returning 1
),
stage_linked as (
  delete from stage_link s using asked where s.resman_lead_id = asked.lead returning 1
),
stage as (
  delete from stage_domiq s using asked where s.resman_lead_id = asked.lead returning 1
),
stage_other as (
  delete from stage_resman s using asked where s.resman_lead_id = asked.lead returning 1
),
stage_compared as (
  delete from stage_diff s using asked where s.resman_lead_id = asked.lead returning 1
),
stage_planned as (
  delete from stage_plan s using asked where s.resman_lead_id = asked.lead returning 1
)
select
  jsonb_strip_nulls(jsonb_build_object(
    'status_sync_log', (select nullif(count(*), 0) from log),
    'conversation_context', (select nullif(count(*), 0) from context),
    'lead_description', (select nullif(count(*), 0) from description),
    'drift', (select nullif(count(*), 0) from drifted),
    'review_item', (select nullif(count(*), 0) from question),
    'workflow_execution', (select nullif(count(*), 0) from action),
    'lead_task', (select nullif(count(*), 0) from task),
    'follow_up', (select nullif(count(*), 0) from reminder),
    'lead_score_change', (select nullif(count(*), 0) from score),
    'notification', (
      select nullif(
        (select count(*) from message) + (select count(*) from report)
          + (select count(*) from workbook), 0)),
    'webhook_delivery', (select nullif(count(*), 0) from webhook),
    'idempotency', (select nullif(count(*), 0) from answer),
    'lead_link', (select nullif(count(*), 0) from link),
    'link_proposal', (select nullif(count(*), 0) from proposal),
    'stage_link', (select nullif(count(*), 0) from stage_linked),
    'stage_domiq', (select nullif(count(*), 0) from stage),
    'stage_resman', (select nullif(count(*), 0) from stage_other),
    'stage_diff', (select nullif(count(*), 0) from stage_compared),
    'stage_plan', (select nullif(count(*), 0) from stage_planned)))::text as removed

-- Grain: one row per question: asked for the first time, asked again (an accepted pair that changed, an
-- "ignore" that expired), or seen once more. A person's earlier answer stays on the item until the next
-- answer.
insert into review_item as q (
  property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
  verdict, rule, reason, first_seen, first_run, last_seen, last_run,
  domiq_version, resman_version)
select property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
  case when outcome = 'parked' then 'flapping' else verdict end, rule, reason,
  $2::timestamptz, $1::uuid, $2::timestamptz, $1::uuid, domiq_version, resman_version
from stage_plan
where action = 'review' or outcome = 'parked'
on conflict (resman_lead_id) where state in ('open', 'accepted', 'ignored') do update set
  property_id = excluded.property_id,
  conversation_id = excluded.conversation_id,
  base = excluded.base,
  domiq_raw = excluded.domiq_raw,
  domiq = excluded.domiq,
  resman_raw = excluded.resman_raw,
  resman = excluded.resman,
  verdict = excluded.verdict,
  rule = excluded.rule,
  reason = excluded.reason,
  state = 'open',
  last_seen = excluded.last_seen,
  last_run = excluded.last_run,
  domiq_version = excluded.domiq_version,
  resman_version = excluded.resman_version,
  ignore_until = null
-- the value before this statement
returning coalesce((
  select s.state <> 'open'
  from review_item s
  where s.resman_lead_id = q.resman_lead_id and s.state in ('open', 'accepted', 'ignored')), true)
  as is_new

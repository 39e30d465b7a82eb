-- Persons who asked to be forgotten. What is personal of their lead is emptied wherever it is kept; the lead's id, its
-- statuses and their times stay, so that no figure changes.

-- One row is one erasure of one lead. Its id and statuses stay known; nothing else about it is stored again.
create table erasure (
  id bigint generated always as identity primary key,
  resman_lead_id varchar(100) not null,
  conversation_ids uuid[] not null,
  erased_at timestamptz not null,
  erased_by text not null,
  reason text not null,
  removed jsonb not null default '{}',
  reworded text[] not null default '{}'
);
create index erasure_lead on erasure (resman_lead_id);
comment on table erasure is
  'One erasure of one lead: what was personal of it is gone, and nothing but its statuses is stored again';
comment on column erasure.resman_lead_id is 'The lead''s id in ResMan, its pseudonym from then on';
comment on column erasure.conversation_ids is 'Its conversations in DomIQ';
comment on column erasure.erased_at is 'When it was erased';
comment on column erasure.erased_by is 'Who erased it: --by, else the account that ran the command';
comment on column erasure.reason is 'Why, as given; no name belongs in it';
comment on column erasure.removed is 'Rows that were emptied, by table';
comment on column erasure.reworded is
  'Files of earlier reports that would be written with other words now: the person''s own stood in them';

select status_sync_grant('select', 'erasure', wanted)
from unnest(array[
  'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_eraser']) as wanted;
select status_sync_grant(
  'select (id, resman_lead_id, erased_at)', 'erasure', 'status_sync_reader');
select status_sync_grant('insert, update (removed, reworded)', 'erasure', 'status_sync_eraser');
-- The lock of a run: nothing is erased while one works on the lead.
select status_sync_grant('select, update', 'job_lock', 'status_sync_eraser');
select status_sync_grant('select', relation::regclass, 'status_sync_eraser')
from unnest(array[
    'lead', 'conversation', 'status_sync_log', 'conversation_context', 'lead_description', 'drift',
    'review_item', 'workflow_execution', 'lead_task', 'follow_up', 'lead_score_change', 'notification',
    'webhook_delivery', 'idempotency', 'stage_domiq', 'stage_resman', 'stage_diff', 'stage_plan',
    'metric_lost_reasons', 'metric_sources']) as relation;
select status_sync_grant('update (status_reason, context_data)', 'status_sync_log', 'status_sync_eraser');
-- Where the table is DomIQ's own, its columns beside these are DomIQ's to empty.
select status_sync_grant('update', 'conversation', 'status_sync_eraser');
-- To lock the row.
select status_sync_grant('update (lead_score)', 'lead', 'status_sync_eraser');
select status_sync_grant('update (status_reason)', 'conversation_context', 'status_sync_eraser');
select status_sync_grant('update (told, source, lost_reason)', 'lead_description', 'status_sync_eraser');
select status_sync_grant('update (reason)', 'drift', 'status_sync_eraser');
select status_sync_grant('update (reason, answer_reason)', 'review_item', 'status_sync_eraser');
select status_sync_grant(
  'update (event, state, reason, finished_at)', 'workflow_execution', 'status_sync_eraser');
select status_sync_grant(
  'update (title, description, state, finished_at)', 'lead_task', 'status_sync_eraser');
select status_sync_grant('update (note, state, finished_at)', 'follow_up', 'status_sync_eraser');
select status_sync_grant('update (reason)', 'lead_score_change', 'status_sync_eraser');
select status_sync_grant(
  'update (recipient, address, mailbox, subject, body, html, attachment, last_error, state, finished_at)',
  'notification', 'status_sync_eraser');
select status_sync_grant('update (payload, outcome)', 'webhook_delivery', 'status_sync_eraser');
select status_sync_grant('delete', relation::regclass, 'status_sync_eraser')
from unnest(array['idempotency', 'stage_domiq', 'stage_resman', 'stage_diff', 'stage_plan']) as relation;
select status_sync_grant('update (reason)', 'metric_lost_reasons', 'status_sync_eraser');
select status_sync_grant('update (source)', 'metric_sources', 'status_sync_eraser');

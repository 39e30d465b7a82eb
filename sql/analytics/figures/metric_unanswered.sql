-- One row is one lead of the window that nobody has answered for 24 hours or longer: it is new, never had a
-- rank of 1 or more, neither system was last seen to show anything but new, and neither tells of a first contact.
-- What the systems were last seen to show or tell is not known of an instant before the last run's; then the log
-- alone counts. The run that measures knows it, even if an earlier one under a clock set ahead has a later instant.
insert into metric_unanswered (
  as_of, window_start, window_end, scope, property_id, property_name,
  resman_lead_id, waiting_since, waiting_seconds, over_48h, from_creation, agent_name)
with pinned as (
  select
    not exists (
      select
      from sync_run
      where mode = 'run' and as_of > current_setting('measure.as_of')::timestamptz)
    or exists (
      select
      from sync_run
      where state = 'running' and as_of = current_setting('measure.as_of')::timestamptz) as knows_systems
),
waiting as (
  select
    stays.lead,
    stays.property_id,
    coalesce(stays.open_since, stays.entered_at[cardinality(stays.entries)]) as since,
    not stays.truncated as from_creation
  from stays
  where stays.entries[cardinality(stays.entries)]
      = any (array(select id from entry_kind where status = 'new'))
    and not stays.entries && array(select id from entry_kind where status_rank(status) > 0)
)
select
  scope.as_of,
  scope.window_start,
  scope.window_end,
  scope.scope,
  scope.property_id,
  scope.property_name,
  waiting.lead,
  waiting.since,
  extract(epoch from scope.as_of - waiting.since)::double precision,
  waiting.since <= scope.as_of - interval '48 hours',
  waiting.from_creation,
  told.agent_name
from waiting
cross join pinned
cross join lateral (
  select *
  from measure_scope
  where measure_scope.scope = 'property'
    and measure_scope.key = coalesce(waiting.property_id, '00000000-0000-0000-0000-000000000000')
  limit 1
) as scope
left join lateral (
  select domiq_raw, domiq, resman_raw, resman
  from lead
  where lead.resman_lead_id = waiting.lead
  limit 1
) as seen on pinned.knows_systems
left join lateral (
  select agent_name, first_contact_at
  from described_lead
  where described_lead.resman_lead_id = waiting.lead
  limit 1
) as told on pinned.knows_systems
where waiting.since >= scope.window_start
  and waiting.since < scope.window_end
  and waiting.since <= scope.as_of - interval '24 hours'
  and (seen.domiq_raw is null or seen.domiq is not distinct from 'new')
  and (seen.resman_raw is null or seen.resman is not distinct from 'new')
  and (told.first_contact_at is null or told.first_contact_at > scope.as_of)

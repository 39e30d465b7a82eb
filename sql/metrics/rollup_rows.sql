-- One row is one cell of the settled rows of the log: those of seq over $1 and up to $2, those that
-- were pending, and all of the properties to be counted again. A row counts once, when it is settled.
with counted as (
  select log.*
  from status_sync_log as log
  where log.seq > $1::bigint and log.seq <= $2::bigint
  union all
  select log.*
  from measure_due
  join status_sync_log as log using (seq)
  union all
  select log.*
  from status_sync_log as log
  left join conversation on conversation.id = log.conversation_id
  where (select count(*) from measure_recount) > 0
    and log.seq <= $1::bigint
    and log.seq not in (select seq from measured_waiting)
    and coalesce(log.property_id, conversation.property_id, '00000000-0000-0000-0000-000000000000')
      in (select key from measure_recount)
),
placed as (
  select
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id)
    ) as property_id,
    coalesce(log.occurred_at, log.created_at) as at,
    case when log.sync_status = 'success' then coalesce(log.sync_direction, 'unknown') end as delivered,
    log.attempts <= 1 as at_first,
    log.occurred_at is null as without_time,
    log.bridged,
    log.resman_lead_id is null and log.conversation_id is null as without_lead,
    coalesce(log.synced_at < log.occurred_at, false) as synced_before
  from counted as log
  where log.sync_status is distinct from 'pending'
),
zone as (
  select id as property_id, known_timezone(timezone) as timezone
  from property
),
cell as (
  select
    placed.property_id,
    (placed.at at time zone coalesce(zone.timezone, 'UTC'))::date as day,
    delivered,
    at_first,
    without_time,
    bridged,
    without_lead,
    synced_before,
    count(*) as n
  from placed
  left join zone using (property_id)
  group by 1, 2, 3, 4, 5, 6, 7, 8
),
figure as (
  select property_id, 'delivered' as kind, day, delivered as key, n
  from cell
  where delivered is not null
  union all
  select property_id, 'delivered_first', day, delivered, n
  from cell
  where delivered is not null and at_first
  union all
  select cell.property_id, other.kind, '-infinity', null, n
  from cell
  cross join lateral (values
    ('rows', true),
    ('without_time', without_time),
    ('bridged', bridged),
    ('without_lead', without_lead),
    ('synced_before', synced_before)
  ) as other (kind, counts)
  where counts
)
insert into rollup as r (property_id, kind, day, key, n)
select property_id, kind, day, key, sum(n)
from figure
group by property_id, kind, day, key
on conflict (kind, day, property_id, key) do update set n = r.n + excluded.n

-- One row is one closed local day, direction and author whose count changed, revised at $1. $2: the days as a
-- JSON array; $3 and $4 bound the seq of the rows that failed late; $5: days that end by this instant are
-- closed.
insert into daily_revision as r (property_id, day, direction, updated_by, revised_at)
with changed as (
  select property_id, date '2000-01-01' + day as day, direction, updated_by
  from jsonb_to_recordset($2::jsonb) as changed (
    property_id uuid, day integer, direction text, updated_by text)
),
failed as (
  select
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id)
    ) as property_id,
    coalesce(log.occurred_at, log.created_at) as at,
    log.sync_direction as direction,
    log.updated_by
  from status_sync_log as log
  where log.sync_status = 'failed'
    and (log.seq > $3::bigint and log.seq <= $4::bigint or log.seq in (select seq from measure_due))
),
dated as (
  select
    failed.property_id,
    (failed.at at time zone known_timezone(property.timezone))::date as day,
    failed.direction,
    failed.updated_by,
    ($5::timestamptz at time zone known_timezone(property.timezone))::date as open_day
  from failed
  left join property on property.id = failed.property_id
)
select property_id, day, direction, updated_by, $1::timestamptz
from changed
union
select property_id, day, direction, updated_by, $1::timestamptz
from dated
where day < open_day
on conflict (property_id, day, direction, updated_by) do update set revised_at = excluded.revised_at

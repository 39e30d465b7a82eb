-- One row is one stay of one lead in one status: the change stream of the log up to $1, as_of.
-- Bridged rows count for the chain of old and new statuses only. Rows of one instant keep the
-- order of arrival; a repeat of such a row stands beside the first, where it changes nothing.
insert into visit (
  lead, property_id, n, status, entered_at, left_at, next_status, next_updated_by, previous_status,
  updated_by, sync_direction, truncated, legal, continuous, entered_day, left_day, created_at,
  previous_entered_at, highest_later, final_status, noop_at)
with zone as (
  select id as property_id, known_timezone(timezone) as timezone
  from property
),
settled as (
  select
    coalesce(log.resman_lead_id, log.conversation_id::text) collate "C" as lead,
    log.seq,
    coalesce(log.occurred_at, log.created_at) as at,
    log.old_status,
    log.new_status,
    log.updated_by,
    log.sync_direction,
    log.bridged,
    log.irregular,
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id)
    ) as property_id
  from status_sync_log as log
  where log.sync_status = 'success'
    and log.new_status is not null
    and coalesce(log.resman_lead_id, log.conversation_id::text) is not null
    and coalesce(log.occurred_at, log.created_at) <= $1
),
placed as (
  select
    *,
    min(seq) over (partition by lead, at, old_status, new_status) as place
  from settled
),
chained as (
  select
    *,
    lag(new_status) over whole_lead as logged_before,
    row_number() over whole_lead = 1 as first_row,
    first_value(old_status) over whole_lead as opening,
    coalesce(last_value(property_id) over whole_lead, first_value(property_id) over whole_lead)
      as lead_property_id
  from placed
  window whole_lead as (
    partition by lead order by at, place, seq
    rows between unbounded preceding and unbounded following)
),
own as (
  select
    *,
    row_number() over in_order = 1 as first_own,
    case
      when row_number() over in_order = 1 then coalesce(opening, old_status)
      else lag(new_status) over in_order
    end as held
  from chained
  where not bridged
  window in_order as (partition by lead order by at, place, seq)
),
judged as (
  select
    *,
    first_own and held is not null as truncated,
    new_status is not distinct from held as noop,
    case when first_value(held) over whole_lead is null then first_value(at) over whole_lead end
      as created_at,
    first_value(held is not null and new_status = held) over whole_lead as opens_with_noop,
    array_agg(at) filter (where new_status is not distinct from held) over whole_lead as noop_at
  from own
  window whole_lead as (
    partition by lead order by at, place, seq
    rows between unbounded preceding and unbounded following)
),
-- Frames of later rows only: the first and the last row of a lead have none before and after.
kept as (
  select
    *,
    row_number() over later as place_kept,
    lag(case when not noop then at end) over later as previous_entered_at,
    lead(at) over later as later_at,
    lead(new_status) over later as later_status,
    lead(updated_by) over later as later_updated_by,
    max(status_rank(new_status)) over later as highest_later,
    coalesce(last_value(new_status) over later, new_status) as final_status
  from judged
  where not noop or truncated
  window later as (
    partition by lead order by at, place, seq
    rows between 1 following and unbounded following)
),
-- A first row with an old status tells of two stays: the one before it, and the one it begins.
stay as (
  select
    *,
    unnest(case
      when not truncated then array[false]
      when noop then array[true]
      else array[true, false]
    end) as is_before
  from kept
)
select
  stay.lead,
  stay.lead_property_id,
  case when is_before then 0 else place_kept - opens_with_noop::integer end,
  case when is_before then held else new_status end,
  case when not is_before then at end,
  case when is_before and not noop then at else later_at end,
  case when is_before and not noop then new_status else later_status end,
  case when is_before and not noop then updated_by else later_updated_by end,
  case when not is_before then held end,
  case when not is_before then updated_by end,
  case when not is_before then sync_direction end,
  is_before,
  is_before or held is null or (status_allows(old_status, new_status) and not irregular),
  is_before or first_row or old_status is not distinct from logged_before,
  (case when not is_before then at end at time zone coalesce(zone.timezone, 'UTC'))::date,
  (case when is_before and not noop then at else later_at end
    at time zone coalesce(zone.timezone, 'UTC'))::date,
  created_at,
  previous_entered_at,
  case when is_before and not noop
    then greatest(highest_later, status_rank(new_status))
    else highest_later
  end,
  final_status,
  case when is_before or (first_own and not truncated) then noop_at end
from stay
left join zone on zone.property_id = stay.lead_property_id

-- One row is one property, local day and whether its office was open at the time: leads created as new in the
-- window that are old enough for a limit, and those of them that were answered within it. property.hours is read
-- as 9-18 on every day unless it is a span, or days of the week with a span each, on which alone it is open then.
insert into measure_created (
  property_id, day, in_hours, old_1h, within_1h, old_24h, within_24h)
with weekday as (
  select name, n
  from unnest(array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) with ordinality as day (name, n)
),
pattern as (
  select
    '([01]?\d|2[0-4])(:[0-5]\d)?-([01]?\d|2[0-4])(:[0-5]\d)?' as span,
    '(mon|tue|wed|thu|fri|sat|sun)' as name
),
spoken as (
  select
    measure_scope.*,
    case
      when lower(btrim(property.hours)) ~ format('^(%1$s|%2$s %1$s(, *%2$s %1$s)*)$', pattern.span, pattern.name)
        then lower(btrim(property.hours))
      else '9-18'
    end as hours
  from measure_scope
  cross join pattern
  left join property on property.id = measure_scope.property_id
  where measure_scope.scope = 'property'
),
opening as (
  select
    spoken.*,
    weekday.n,
    string_to_array(
      case
        when spoken.hours ~ '[a-z]' then substring(spoken.hours from weekday.name || ' ([0-9:]+-[0-9:]+)')
        else spoken.hours
      end, '-') as span
  from spoken
  cross join weekday
),
-- One row is one property: when its office opens and closes on each day of the week; null where it does not.
zone as materialized (
  select
    key,
    timezone,
    as_of,
    window_start,
    window_end,
    array_agg((span[1] || case when span[1] like '%:%' then '' else ':00' end)::interval order by n) as opens,
    array_agg((span[2] || case when span[2] like '%:%' then '' else ':00' end)::interval order by n) as closes
  from opening
  group by key, timezone, as_of, window_start, window_end
),
dated as materialized (
  select
    stays.property_id,
    zone.as_of - stays.entered_at[1] as age,
    stays.entered_at[1] at time zone zone.timezone as local,
    case
      when stays.entries[2] = any (array(select id from entry_kind where status_rank(status) > 0))
        then stays.entered_at[2] - stays.entered_at[1]
    end as answered,
    zone.opens,
    zone.closes
  from stays
  join zone on zone.key = coalesce(stays.property_id, '00000000-0000-0000-0000-000000000000')
  where not stays.truncated
    and stays.entries[1] = any (array(select id from entry_kind where status = 'new'))
    and stays.last_at >= (select current_setting('measure.window_start')::timestamptz)
    and stays.entered_at[1] >= zone.window_start
    and stays.entered_at[1] < zone.window_end
    and stays.entered_at[1] <= zone.as_of
)
select
  property_id,
  local::date as day,
  coalesce(
    local - local::date >= opens[extract(isodow from local)::integer]
      and local - local::date < closes[extract(isodow from local)::integer],
    false) as in_hours,
  count(*) filter (where age >= interval '1 hour'),
  count(*) filter (where age >= interval '1 hour' and answered <= interval '1 hour'),
  count(*) filter (where age >= interval '24 hours'),
  count(*) filter (where age >= interval '24 hours' and answered <= interval '24 hours')
from dated
group by property_id, day, in_hours

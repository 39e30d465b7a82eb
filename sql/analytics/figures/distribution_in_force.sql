-- One row is one revision of metric_distribution that is in force at as_of, or that the report before this one shows.
-- revision: where it is, of one in force. is_named: its name and zone are those of the scope today.
select
  case when held.since <= clock.as_of and held.until > clock.as_of then held.ctid end as revision,
  (held.property_name, held.timezone) is not distinct from (scope.property_name, scope.timezone) as is_named,
  coalesce(held.since <= clock.published and held.until > clock.published, false) as is_published,
  held.scope = 'portfolio' as is_portfolio,
  held.property_id,
  held.day,
  held.status,
  held.leads,
  held.created,
  held.moved_in,
  held.moved_out
from metric_distribution_revision as held
cross join (
  select
    (select current_setting('measure.as_of')::timestamptz) as as_of,
    (select max(as_of) from published_scope) as published
) as clock
left join measure_scope as scope
  on scope.scope = held.scope
  and scope.key = coalesce(held.property_id, '00000000-0000-0000-0000-000000000000')
where (held.since <= clock.as_of and held.until > clock.as_of)
  or (held.since <= clock.published and held.until > clock.published)

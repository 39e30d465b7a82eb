-- Grain: one row per property of this run that was read completely, with the earlier nights in which it was,
-- oldest first, 90 at most.
select p.property_id, n.name as property_name, p.leads, p.drifted,
  coalesce(h.leads, '{}') as history_leads, coalesce(h.drifted, '{}') as history_drifted
from run_property p
left join property n on n.id = p.property_id
left join lateral (
  select array_agg(b.leads order by b.as_of) as leads,
    array_agg(b.drifted order by b.as_of) as drifted
  from (
    select b.as_of, b.leads, b.drifted
    from run_property b
    where b.property_id = p.property_id and b.as_of < p.as_of and b.complete
    order by b.as_of desc
    limit 90
  ) b
) h on true
where p.run_id = $1::uuid and p.complete
order by p.property_id

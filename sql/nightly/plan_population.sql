-- Grain: one row per property: how many leads will be known there on both sides once the staged pull is taken: those that
-- are known, and those that are staged and were not known on both sides before. Each of these is looked up by key.
select known.property_id, sum(known.leads)::bigint as leads
from (
  select l.property_id, count(*) as leads
  from lead l
  where l.domiq_raw is not null and l.resman_raw is not null
  group by l.property_id
  union all
  select s.property_id, count(*)
  from stage_diff s
  where s.domiq_raw is not null and s.resman_raw is not null
    and (
      select l.domiq_raw is not null and l.resman_raw is not null
      from lead l
      where l.resman_lead_id = s.resman_lead_id) is not true
  group by s.property_id
) known
where known.property_id is not null
group by known.property_id

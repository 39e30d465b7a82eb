-- Grain: one lead of which a record was staged from another property than the one it was last seen at, and that an
-- earlier record of this pull may have named.
select distinct l.resman_lead_id, l.property_id, l.domiq_version, l.resman_version
from (
  select s.resman_lead_id, s.property_id from stage_domiq s where s.flags & 16 <> 0
  union all
  select s.resman_lead_id, s.property_id from stage_resman s where s.flags & 16 <> 0
) s
cross join lateral (
  select * from lead k where k.resman_lead_id = s.resman_lead_id limit 1) l
where l.property_id <> s.property_id

-- Grain: one lead that both sides were last seen to show, with what is known of each. One pass over the table, because
-- the leads of a property are scattered over it.
select l.property_id, l.resman_lead_id, l.conversation_id, l.base,
  l.domiq_raw, l.domiq_version, d.told as domiq_told, d.version_at as domiq_told_at,
  l.resman_raw, l.resman_version, r.told as resman_told, r.version_at as resman_told_at
from lead l
left join lateral (
  select k.told, k.version_at from lead_description k
  where k.resman_lead_id = l.resman_lead_id and k.system = 'domiq' limit 1) d on true
left join lateral (
  select k.told, k.version_at from lead_description k
  where k.resman_lead_id = l.resman_lead_id and k.system = 'resman' limit 1) r on true
where l.property_id is not null and l.base is not null and l.conversation_id is not null
  and l.domiq_raw is not null and l.domiq_version is not null
  and l.resman_raw is not null and l.resman_version is not null
  and l.domiq = l.base and l.resman = l.base and not l.resman_acknowledged

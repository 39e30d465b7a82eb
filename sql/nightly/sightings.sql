-- Grain: one row per lead whose sighting changed in this pull.
insert into lead as l (
  resman_lead_id, property_id, conversation_id, domiq_raw, domiq, domiq_version,
  resman_raw, resman, resman_version, lead_score, fields)
select
  resman_lead_id, property_id, conversation_id, domiq_raw, domiq, domiq_version,
  resman_raw, resman, resman_version, lead_score, fields
from stage_diff
where changed
on conflict (resman_lead_id) do update set
  property_id = excluded.property_id,
  conversation_id = coalesce(excluded.conversation_id, l.conversation_id),
  domiq_raw = coalesce(excluded.domiq_raw, l.domiq_raw),
  domiq = case when excluded.domiq_raw is null then l.domiq else excluded.domiq end,
  domiq_version = coalesce(excluded.domiq_version, l.domiq_version),
  resman_raw = coalesce(excluded.resman_raw, l.resman_raw),
  resman = case when excluded.resman_raw is null then l.resman else excluded.resman end,
  resman_version = coalesce(excluded.resman_version, l.resman_version),
  lead_score = excluded.lead_score,
  fields = excluded.fields,
  domiq_agreed = case when l.domiq = l.base then l.base else l.domiq_agreed end,
  resman_agreed = case
    when l.resman = l.base and not l.resman_acknowledged then l.base else l.resman_agreed end,
  resman_acknowledged = l.resman_acknowledged
    and (excluded.resman_raw, excluded.resman_version)
      is not distinct from (l.resman_raw, l.resman_version)

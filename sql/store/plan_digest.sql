-- Grain: one row: a digest of everything in the plan that determines a write; the order of the rows does not
-- matter. PlanFile computes the same digest from a saved file.
select encode(sha256(coalesce(string_agg(
  sha256(convert_to(concat_ws('|', resman_lead_id, coalesce(property_id::text, ''),
    coalesce(conversation_id::text, ''), coalesce(base, ''),
    coalesce(domiq_raw, ''), coalesce(domiq, ''), coalesce(resman_raw, ''), coalesce(resman, ''),
    verdict, rule::text, action, coalesce(target, ''),
    array_to_string(hops, '>'), case when irregular then 'irregular' else '' end,
    case when outcome in ('parked', 'not_written') then outcome else '' end, coalesce(domiq_version, ''),
    coalesce(resman_version, '')), 'UTF8')),
  ''::bytea order by resman_lead_id collate "C"), ''::bytea)), 'hex') as digest
from stage_plan

-- Grain: one row: the digest of a run's plan, computed from its rows of drift; equal to plan_digest.
with
planned as (
  select resman_lead_id, property_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
    irregular, outcome,
    domiq_version, resman_version,
    coalesce(planned ->> 'verdict', verdict) as verdict,
    coalesce(planned ->> 'rule', rule::text) as rule,
    coalesce(planned ->> 'action', action) as action,
    case when planned is null then target else planned ->> 'target' end as target,
    case when planned is null then array_to_string(hops, '>')
      else (
        select coalesce(string_agg(h.hop, '>' order by h.place), '')
        from jsonb_array_elements_text(planned -> 'hops') with ordinality h (hop, place)) end as hops
  from drift
  where run_id = $1::uuid
)
select encode(sha256(coalesce(string_agg(
  sha256(convert_to(concat_ws('|', resman_lead_id, coalesce(property_id::text, ''),
    coalesce(conversation_id::text, ''), coalesce(base, ''),
    coalesce(domiq_raw, ''), coalesce(domiq, ''), coalesce(resman_raw, ''), coalesce(resman, ''),
    verdict, rule, action, coalesce(target, ''), hops,
    case when irregular then 'irregular' else '' end,
    case when outcome in ('parked', 'not_written') then outcome else '' end, coalesce(domiq_version, ''),
    coalesce(resman_version, '')), 'UTF8')),
  ''::bytea order by resman_lead_id collate "C"), ''::bytea)), 'hex') as digest
from planned

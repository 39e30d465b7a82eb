-- Grain: one lead that a system had shown before and does not have any more in the run $1: in ResMan it was asked for by
-- its id, in DomIQ a complete pull lacks it. What it showed is not kept, or a later incremental pull would count it as
-- unchanged. Follows sightings.
with gone as (
  select d.resman_lead_id, true as is_of_resman
  from drift d
  where d.run_id = $1::uuid and d.verdict = 'missing_in_resman'
  union all
  select s.resman_lead_id, false
  from stage_diff s
  where s.plain = 'resman_only'
)
update lead l
set
  domiq_agreed = case
    when not g.is_of_resman and l.domiq = l.base then l.base else l.domiq_agreed end,
  domiq_raw = case when g.is_of_resman then l.domiq_raw end,
  domiq = case when g.is_of_resman then l.domiq end,
  domiq_version = case when g.is_of_resman then l.domiq_version end,
  resman_agreed = case
    when g.is_of_resman and l.resman = l.base and not l.resman_acknowledged then l.base
    else l.resman_agreed end,
  resman_raw = case when not g.is_of_resman then l.resman_raw end,
  resman = case when not g.is_of_resman then l.resman end,
  resman_version = case when not g.is_of_resman then l.resman_version end,
  resman_acknowledged = not g.is_of_resman and l.resman_acknowledged
from gone g
where l.resman_lead_id = g.resman_lead_id
  and case when g.is_of_resman then l.resman_raw else l.domiq_raw end is not null

-- Grain: one row a lead to be judged, after the lead $1, with what stands in the way of a repair.
select to_jsonb(s) || jsonb_build_object(
    'standing', i.state,
    'standing_domiq', i.domiq,
    'standing_resman', i.resman,
    'standing_domiq_version', i.domiq_version,
    'standing_resman_version', i.resman_version,
    'standing_refused', coalesce(i.refused, false),
    'standing_ignored', coalesce(i.ignore_until > $2::timestamptz, false),
    'standing_reason', i.reason) as lead
from stage_diff s
left join review_item i
  on i.resman_lead_id = s.resman_lead_id and i.state in ('open', 'accepted', 'ignored')
where s.plain is null and s.resman_lead_id > $1
order by s.resman_lead_id
limit 5000

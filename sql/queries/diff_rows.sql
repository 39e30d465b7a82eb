-- Grain: one row a lead to be judged, after the lead $1, with what stands in the way of a repair and
-- the last row of its log.
select to_jsonb(s) || jsonb_build_object(
    'standing', i.state,
    'standing_domiq', i.domiq,
    'standing_resman', i.resman,
    'standing_domiq_raw', i.domiq_raw,
    'standing_resman_raw', i.resman_raw,
    'standing_domiq_version', i.domiq_version,
    'standing_resman_version', i.resman_version,
    'standing_refused', coalesce(i.refused, false),
    'standing_ignored', coalesce(i.ignore_until > $2::timestamptz, false),
    'standing_reason', i.reason,
    'last_direction', last.sync_direction,
    'last_status', last.sync_status,
    'last_failure', last.failure,
    'last_new', last.new_status) as lead
from stage_diff s
left join review_item i
  on i.resman_lead_id = s.resman_lead_id and i.state in ('open', 'accepted', 'ignored')
left join lateral (
  select g.sync_direction, g.sync_status, g.failure, g.new_status
  from status_sync_log g
  where g.resman_lead_id = s.resman_lead_id
  order by g.seq desc
  limit 1
) last on true
where s.plain is null and s.resman_lead_id > $1
order by s.resman_lead_id
limit 5000

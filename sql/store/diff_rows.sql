-- Grain: one row per lead to be compared, after the lead plan.after, with what prevents a repair and the last
-- row of its log. The columns are those of DiffRow, in its order; COPY takes no parameters.
select
  s.property_id, s.resman_lead_id, s.conversation_id,
  s.base, s.base_domiq_version, s.base_resman_version, s.base_bridged,
  s.domiq_presence, s.domiq_raw, s.domiq, s.domiq_version,
  s.resman_presence, s.resman_raw, s.resman, s.resman_version,
  s.lead_score, s.fields, s.pending, s.pushed_since_pull, s.problem,
  s.domiq_moved, s.resman_moved,
  i.state as standing,
  i.domiq as standing_domiq,
  i.resman as standing_resman,
  i.domiq_version as standing_domiq_version,
  i.resman_version as standing_resman_version,
  coalesce(i.refused, false) as standing_refused,
  coalesce(i.ignore_until > current_setting('plan.now')::timestamptz, false) as standing_ignored,
  i.reason as standing_reason,
  i.domiq_raw as standing_domiq_raw,
  i.resman_raw as standing_resman_raw,
  last.sync_direction as last_direction,
  last.sync_status as last_status,
  last.failure as last_failure,
  last.new_status as last_new
from stage_diff s
left join lateral (
  select i.*
  from review_item i
  where i.resman_lead_id = s.resman_lead_id and i.state in ('open', 'accepted', 'ignored')
  limit 1
) i on true
left join lateral (
  select g.sync_direction, g.sync_status, g.failure, g.new_status
  from status_sync_log g
  where g.resman_lead_id = s.resman_lead_id
  order by g.seq desc
  limit 1
) last on true
where s.plain is null and s.resman_lead_id > current_setting('plan.after')
order by s.resman_lead_id
limit 5000

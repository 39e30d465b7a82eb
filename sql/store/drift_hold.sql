-- Grain: one row per repair that a limit holds: the repairs of one property (null: of leads without a
-- property), or, where $4, every repair to leased or lost.
update drift
set outcome = 'held', reason = $5
where run_id = $1::uuid and action = $2 and outcome is null
  and case when $4::boolean then target in ('leased', 'lost')
    else property_id is not distinct from $3::uuid end

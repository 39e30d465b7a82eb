-- Grain: one row a repair that a guard holds back: of one property (null: of leads without one), or,
-- where $4, every move into leased and lost.
update drift
set outcome = 'held', reason = $5
where run_id = $1::uuid and action = $2 and outcome is null
  and case when $4::boolean then target in ('leased', 'lost')
    else property_id is not distinct from $3::uuid end

-- Grain: one row a repair that a guard holds back; property and terminal narrow it where given.
update drift
set outcome = 'held', reason = $5
where run_id = $1::uuid and action = $2 and outcome is null
  and ($3::uuid is null or property_id = $3::uuid)
  and ($4::boolean is false or target in ('leased', 'lost'))

-- Grain: one row per question that the run itself ended: both sides agree after its repair.
update review_item i
set state = 'healed', last_seen = $2::timestamptz, last_run = $1::uuid
where i.state in ('open', 'accepted', 'ignored')
  and (
    select d.outcome from drift d
    where d.run_id = $1::uuid and d.resman_lead_id = i.resman_lead_id) = 'verified'

-- Grain: one row a question that the run itself ended: both sides agree after its repair.
update review_item i
set state = 'healed', last_seen = $2::timestamptz, last_run = $1::uuid
from drift d
where i.state in ('open', 'accepted', 'ignored')
  and d.run_id = $1::uuid and d.resman_lead_id = i.resman_lead_id and d.outcome = 'verified'

-- Grain: one row a question whose drift ended by itself: its lead was seen tonight, and nothing is
-- asked or planned about it.
update review_item i
set state = 'healed', last_seen = $2::timestamptz, last_run = $1::uuid
where i.state in ('open', 'accepted', 'ignored')
  and (exists (select from stage_domiq s where s.resman_lead_id = i.resman_lead_id)
    or exists (select from stage_resman s where s.resman_lead_id = i.resman_lead_id))
  and not exists (
    select from drift d
    where d.run_id = $1::uuid and d.resman_lead_id = i.resman_lead_id and d.action <> 'log')

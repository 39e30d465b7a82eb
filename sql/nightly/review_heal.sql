-- Grain: one row a question whose drift ended by itself: its lead was seen tonight, and nothing is
-- asked or planned about it. What was planned is looked up by key, question by question: a join might
-- read the whole run for each.
update review_item i
set state = 'healed', last_seen = $2::timestamptz, last_run = $1::uuid
where i.state in ('open', 'accepted', 'ignored')
  and i.resman_lead_id in (
    select s.resman_lead_id from stage_domiq s
    union all
    select s.resman_lead_id from stage_resman s)
  and coalesce((
    select d.action from drift d
    where d.run_id = $1::uuid and d.resman_lead_id = i.resman_lead_id), 'log') = 'log'

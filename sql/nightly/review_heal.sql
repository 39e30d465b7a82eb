-- Grain: one row per question whose drift ended by itself: this run saw its lead, or decided it by what was
-- kept of it (stage_diff, after an incremental pull), and neither asks nor plans anything about it. A lead that
-- is unread, unsettled or accepted has a row with the action none, and its question stays. The plan is looked up
-- by key for each question: a join may read the whole run for each.
update review_item i
set state = 'healed', last_seen = $2::timestamptz, last_run = $1::uuid
where i.state in ('open', 'accepted', 'ignored')
  and i.resman_lead_id in (
    select s.resman_lead_id from stage_domiq s
    union all
    select s.resman_lead_id from stage_resman s
    union all
    select s.resman_lead_id from stage_diff s)
  and coalesce((
    select d.action from drift d
    where d.run_id = $1::uuid and d.resman_lead_id = i.resman_lead_id), 'log') = 'log'

-- Grain: one lead that turned out unreadable one by one: nothing is claimed of it. What was planned
-- is kept, so that the plan can still be told from its rows.
update drift
set planned = jsonb_build_object(
    'verdict', verdict, 'rule', rule, 'action', action, 'target', target, 'hops', hops),
  verdict = 'unread', rule = 1, action = 'none', target = null, hops = '{}', outcome = null,
  reason = $3
where run_id = $1::uuid and resman_lead_id = $2

-- Grain: one lead that could not be read one by one: it gets no verdict. planned keeps what was planned, so
-- that the plan can still be computed from these rows.
update drift
set planned = jsonb_build_object(
    'verdict', verdict, 'rule', rule, 'action', action, 'target', target, 'hops', hops),
  verdict = 'unread', rule = 1, action = 'none', target = null, hops = '{}', outcome = null,
  reason = $3
where run_id = $1::uuid and resman_lead_id = $2

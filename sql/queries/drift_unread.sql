-- Grain: one lead that turned out unreadable one by one: nothing is claimed of it.
update drift
set verdict = 'unread', rule = 1, action = 'none', target = null, hops = '{}', outcome = null,
  reason = $3
where run_id = $1::uuid and resman_lead_id = $2

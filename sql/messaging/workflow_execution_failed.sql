-- Grain: one action whose attempt failed: due again after a growing pause, or given up.
update workflow_execution
set attempts = attempts + 1,
  reason = $2,
  state = case when attempts + 1 >= $3::integer then 'failed' else 'pending' end,
  finished_at = case when attempts + 1 >= $3::integer then now() end,
  next_attempt_at = now() + make_interval(secs => 30 * power(2, least(attempts, 6)))
where id = $1::uuid and state = 'pending'
returning state

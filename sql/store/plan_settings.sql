-- One row: every setting that diff_rows and fights read, until the session sets it again: COPY takes no parameters.
--   plan.after  text         $1: the lead after which it begins
--   plan.now    timestamptz  $2: when the run began: an "ignore" must still be valid, and no earlier run began later
select set_config('plan.after', $1, false), set_config('plan.now', $2, false)

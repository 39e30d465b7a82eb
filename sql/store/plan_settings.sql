-- One row: every setting that diff_rows reads, until the session sets it again: COPY takes no parameters.
--   plan.after  text         $1: the lead after which it begins
--   plan.now    timestamptz  $2: the instant at which an "ignore" must still be valid
select set_config('plan.after', $1, false), set_config('plan.now', $2, false)

-- One row: every setting that diff_rows goes by, until the session sets it anew: COPY takes no parameters.
--   plan.after  text         $1: the lead after which it begins
--   plan.now    timestamptz  $2: the instant by which an ignored question is still ignored
select set_config('plan.after', $1, false), set_config('plan.now', $2, false)

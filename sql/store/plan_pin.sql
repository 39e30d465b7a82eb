-- One row: what diff_rows goes by, until the session sets it anew. $1 the lead after which it begins, $2
-- the instant by which an ignored question is still ignored.
select set_config('plan.after', $1, false), set_config('plan.now', $2, false)

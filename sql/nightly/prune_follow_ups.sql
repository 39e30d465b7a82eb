-- Grain: one follow-up that ended before $1.
delete from follow_up where state <> 'scheduled' and finished_at < $1::timestamptz

-- Grain: one message that ended before $1.
delete from notification where state <> 'pending' and finished_at < $1::timestamptz

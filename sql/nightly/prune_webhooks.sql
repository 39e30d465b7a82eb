-- Grain: one webhook that waits and came before $1: nobody knows its lead, or a change of the lead never ended.
delete from webhook_delivery where outcome = 'waiting' and received_at < $1::timestamptz

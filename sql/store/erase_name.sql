-- Grain: one conversation of the erasure $1. Where the table is DomIQ's own it may have no such column.
update conversation c
set lead_name = null
from erasure e
where e.id = $1 and c.id = any(e.conversation_ids) and c.lead_name is not null

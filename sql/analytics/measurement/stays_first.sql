-- One row: when the earliest lead was created or first entered a status; null for none.
select min(coalesce(entered_at[1], entered_at[2])) as first
from stays

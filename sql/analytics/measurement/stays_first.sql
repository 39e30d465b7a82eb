-- One row: when the first lead known to the figures was created, or entered a status; null for none.
select min(coalesce(entered_at[1], entered_at[2])) as first
from stays

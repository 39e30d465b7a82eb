-- One row: when the first lead known to the figures was created, or entered a status; null for none.
select least(min(created_at), min(entered_at)) as first
from visit

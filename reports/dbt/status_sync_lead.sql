-- One row is one lead.
select *
from {{ source('status_sync', 'lead_times') }}

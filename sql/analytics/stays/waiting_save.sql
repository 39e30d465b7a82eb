-- One row is one pending log row with a seq above $1 and up to $2.
insert into measured_waiting (seq)
select seq
from status_sync_log
where sync_status = 'pending'
  and seq > $1::bigint
  and seq <= $2::bigint
on conflict do nothing

-- One row is one log row that was pending at the last measurement and is settled now.
insert into measure_due (seq)
select seq
from measured_waiting
join status_sync_log as log using (seq)
where log.sync_status is distinct from 'pending'

-- One row is one formerly pending log row that is settled now.
delete from measured_waiting
using measure_due
where measured_waiting.seq = measure_due.seq

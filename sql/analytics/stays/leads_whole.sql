-- One row is one lead of measure_changed whose whole history is to be read.
insert into measure_lead (lead)
select lead
from measure_changed
on conflict (lead) do nothing

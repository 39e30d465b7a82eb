-- One row is one lead of measure_changed, to be read whole.
insert into measure_lead (lead)
select lead
from measure_changed
on conflict (lead) do nothing

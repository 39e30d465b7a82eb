-- One row is one cell of stays taken away and put in: added to what stands there.
insert into rollup as r (property_id, kind, day, key, n)
select property_id, kind, day, key, sum(n)
from measure_cell
group by property_id, kind, day, key
on conflict (kind, day, property_id, key) do update set n = r.n + excluded.n

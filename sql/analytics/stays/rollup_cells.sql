-- One row is one cell: the counts of the stays removed and added, summed into rollup.
insert into rollup as r (property_id, kind, day, key, n)
select property_id, kind, day, key, sum(n)
from measure_cell
group by property_id, kind, day, key
on conflict (kind, day, property_id, key) do update set n = r.n + excluded.n

-- One row is one count of stays begun or ended: property, kind, local day, status.
insert into rollup (property_id, kind, day, status, n)
select property_id, 'entered', coalesce(entered_day, '-infinity'), status, count(*)
from visit
group by property_id, coalesce(entered_day, '-infinity'), status
union all
select property_id, 'left', left_day, status, count(*)
from visit
where left_at is not null
group by property_id, left_day, status

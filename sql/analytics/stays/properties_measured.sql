-- One row is one property and the time zone in which its days are counted.
insert into measured_property as m (property_id, timezone)
select id, known_timezone(timezone)
from property
on conflict (property_id) do update set timezone = excluded.timezone
where m.timezone <> excluded.timezone

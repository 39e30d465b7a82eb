-- Grain: one revision of a figure about a reason for losing a lead in words that no other lead has than that of the erasure $1;
-- none where it was erased before.
update metric_lost_reasons_revision m
set reason = 'erased ' || e.id
from erasure e
where e.id = $1
  and lower(m.reason) in (
    select lower(d.lost_reason)
    from lead_description d
    where d.resman_lead_id = e.resman_lead_id and d.told <> ''
      and not exists (
        select from lead_description o
        where o.resman_lead_id <> d.resman_lead_id and lower(o.lost_reason) = lower(d.lost_reason)))

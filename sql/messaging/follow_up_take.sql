-- Grain: the next reminder that is due after ($1, $2), locked until its transaction ends.
select f.id, f.due_at, f.status, f.note, f.assigned_to, x.event, l.base
from follow_up f
join workflow_execution x on x.id = f.execution_id
left join lead l on l.resman_lead_id = f.resman_lead_id
where f.state = 'scheduled' and f.due_at <= now()
  and (f.due_at, f.id) > (coalesce($1::timestamptz, '-infinity'), $2::uuid)
order by f.due_at, f.id
limit 1
for update of f skip locked

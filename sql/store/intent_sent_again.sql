-- Grain: one lead whose pending change is about to be sent once more: its settle window begins again. None where somebody
-- else sent it since $2; $2 is null where nobody is known to have sent it.
insert into lead as l (resman_lead_id, last_sent_at)
values ($1, now())
on conflict (resman_lead_id) do update set last_sent_at = now()
where l.last_sent_at is not distinct from $2::timestamptz
returning last_sent_at

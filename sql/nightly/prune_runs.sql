-- Grain: one run that is no longer kept: it started before $1, and it is not one of the newest ten, nor the newest full
-- pull.
select id
from sync_run
where started_at < $1::timestamptz
  and id not in (select newest.id from sync_run as newest order by newest.started_at desc limit 10)
  and id not in (
    select pulled.id from sync_run as pulled
    where pulled.mode = 'run' and pulled.state = 'finished' and pulled.full_pull
    order by pulled.started_at desc limit 1)
order by started_at

-- Grain: one row: whether a webhook about lead $1 was accepted whose timestamp was not in the future on
-- arrival; $2: allowed clock difference in seconds.
select exists (
  select from webhook_delivery w
  where w.resman_lead_id = $1
    and w.outcome in ('applied', 'repeated')
    and w.occurred_at <= w.received_at + make_interval(secs => $2::float8)) as is_proven

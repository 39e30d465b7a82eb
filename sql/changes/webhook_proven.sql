-- Grain: one row: whether a webhook of the lead $1 was taken whose stamp was not from the future when it
-- came, $2 seconds of difference between the clocks allowed.
select exists (
  select from webhook_delivery w
  where w.resman_lead_id = $1
    and w.outcome in ('applied', 'repeated')
    and w.occurred_at <= w.received_at + make_interval(secs => $2::float8)) as is_proven

-- Grain: one row: how many webhook ids and idempotency keys were past their retention and are deleted.
with
webhooks as (
  delete from webhook_delivery
  where received_at < now() - interval '7 days' and outcome <> 'waiting'
  returning 1
),
keys as (
  delete from idempotency where claimed_at < now() - interval '1 day' returning 1
)
select (select count(*) from webhooks) as webhooks, (select count(*) from keys) as keys

-- Grain: one webhook id that was accepted before.
select outcome from webhook_delivery where webhook_id = $1

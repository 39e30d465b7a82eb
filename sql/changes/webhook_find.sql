-- Grain: one webhook id that was accepted before, locked until the transaction ends.
select outcome from webhook_delivery where webhook_id = $1 for update

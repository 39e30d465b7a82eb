-- Grain: one file of a report whose words were changed by an erasure after the instant $1.
select distinct unnest(reworded) as file from erasure where erased_at >= $1::timestamptz order by 1

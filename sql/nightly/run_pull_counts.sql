-- Grain: one row: the totals of one run's pulls, and the leads that left no row of drift (null where the run
-- is older than this count, or pulled nothing).
with
pulled as (
  select
    count(distinct property_id) as properties,
    coalesce(sum(records) filter (where system = 'domiq'), 0)::bigint as domiq,
    coalesce(sum(records) filter (where system = 'resman'), 0)::bigint as resman,
    coalesce(sum(quarantined), 0)::bigint as quarantined,
    coalesce(sum(without_id), 0)::bigint as without_id,
    coalesce(sum(without_lead), 0)::bigint as without_lead,
    count(reason) as incomplete
  from run_pull
  where run_id = $1::uuid
),
quiet as (
  select
    sum(in_sync)::bigint as in_sync,
    sum(resman_only)::bigint as resman_only,
    coalesce(sum(duplicate_conversations), 0)::bigint as duplicates
  from run_property
  where run_id = $1::uuid
)
select * from pulled, quiet

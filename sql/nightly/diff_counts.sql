-- Grain: one row: how many leads this pull compared. Leads that are not in stage_diff are plain: those seen
-- in DomIQ are in sync, the others are only in ResMan. Leads that were not even staged are in sync as well.
with
repeats_domiq as (
  select coalesce(sum(n - 1), 0) as n
  from (
    select count(*) as n from stage_domiq
    where resman_lead_id in (select resman_lead_id from stage_domiq where flags & 16 <> 0)
    group by resman_lead_id
  ) again
),
repeats_resman as (
  select coalesce(sum(n - 1), 0) as n
  from (
    select count(*) as n from stage_resman
    where resman_lead_id in (select resman_lead_id from stage_resman where flags & 16 <> 0)
    group by resman_lead_id
  ) again
),
staged as (
  select
    (select count(*) from stage_domiq) - (select n from repeats_domiq) as domiq,
    (select count(*) from stage_resman) - (select n from repeats_resman) as resman
),
unstaged as (
  select coalesce(sum(p.agreed), 0) as leads from stage_pull p where p.system = 'domiq'
),
kept as (
  select
    count(*) as leads,
    count(*) filter (where seen_domiq) as domiq,
    count(*) filter (where seen_resman) as resman,
    count(*) filter (where plain = 'in_sync') as in_sync,
    count(*) filter (where plain = 'resman_only') as resman_only
  from stage_diff
)
select
  (unstaged.leads + staged.domiq - kept.domiq + kept.in_sync)::bigint as in_sync,
  (staged.resman - kept.resman - (staged.domiq - kept.domiq) + kept.resman_only)::bigint
    as resman_only,
  (unstaged.leads + kept.leads + staged.resman - kept.resman)::bigint as judged,
  (select n from repeats_domiq)::bigint as duplicate_conversations
from staged, kept, unstaged

-- Grain: one lead and system that told its fields that describe otherwise than before: of all staged records, or,
-- where $1 is not null, of the lead $1 read alone from the system $2, with what it told ($3) and its version ($4).
-- $5: when it was read; no value is known since later than that. Of a lead that was erased nothing is kept; the staged
-- records were cleared of them.
insert into lead_description as k (
  resman_lead_id, system, told, version_at,
  source, lost_reason, agent_id, agent_name, tour_status, last_contact_at, first_contact_at,
  source_since, lost_reason_since, agent_id_since, agent_name_since, tour_status_since,
  last_contact_since, first_contact_since)
with
-- A set difference: most leads tell what they told the night before, in the same version.
news as (
  select 'domiq' as system, s.resman_lead_id, s.description,
    case when s.flags & 32 = 0 then s.version::timestamptz end as version_at
  from stage_domiq s
  where $1::text is null and s.description is not null and s.problem is null
  union all
  select 'resman', s.resman_lead_id, s.description,
    case when s.flags & 32 = 0 then s.version::timestamptz end
  from stage_resman s
  where $1::text is null and s.description is not null and s.problem is null
  except
  select k.system, k.resman_lead_id, k.told, k.version_at
  from lead_description k
  where $1::text is null
),
told as (
  -- Of several records of a lead the latest counts.
  select distinct on (system, resman_lead_id) system, resman_lead_id, description, version_at
  from news
  where $1::text is null
  order by system, resman_lead_id, version_at desc nulls last, description
),
read as (
  select * from told
  union all
  select $2::text, $1::text, $3::text,
    case when $4::timestamptz <= $5::timestamptz then $4::timestamptz end
  where $1::text is not null
    and not exists (select from erasure e where e.resman_lead_id = $1::text)
),
field as (
  select t.*,
    nullif(split_part(description, E'\x1f', 1), '') as source,
    nullif(split_part(description, E'\x1f', 2), '') as lost_reason,
    nullif(split_part(description, E'\x1f', 3), '') as agent_id,
    nullif(split_part(description, E'\x1f', 4), '') as agent_name,
    nullif(split_part(description, E'\x1f', 5), '') as tour_status,
    nullif(split_part(description, E'\x1f', 6), '')::timestamptz as last_contact_at,
    nullif(split_part(description, E'\x1f', 7), '')::timestamptz as first_contact_at,
    least(version_at, $5::timestamptz) as since
  from read t
)
select
  resman_lead_id, system, description, version_at,
  source, lost_reason, agent_id, agent_name, tour_status, last_contact_at, first_contact_at,
  case when source is not null then since end,
  case when lost_reason is not null then since end,
  case when agent_id is not null then since end,
  case when agent_name is not null then since end,
  case when tour_status is not null then since end,
  case when last_contact_at is not null then since end,
  case when first_contact_at is not null then since end
from field
on conflict (resman_lead_id, system) do update set
  told = excluded.told,
  version_at = excluded.version_at,
  source = coalesce(excluded.source, k.source),
  lost_reason = coalesce(excluded.lost_reason, k.lost_reason),
  agent_id = coalesce(excluded.agent_id, k.agent_id),
  agent_name = coalesce(excluded.agent_name, k.agent_name),
  tour_status = coalesce(excluded.tour_status, k.tour_status),
  last_contact_at = coalesce(excluded.last_contact_at, k.last_contact_at),
  first_contact_at = coalesce(excluded.first_contact_at, k.first_contact_at),
  source_since = case when excluded.source is distinct from k.source
    then coalesce(excluded.source_since, k.source_since) else k.source_since end,
  lost_reason_since = case when excluded.lost_reason is distinct from k.lost_reason
    then coalesce(excluded.lost_reason_since, k.lost_reason_since) else k.lost_reason_since end,
  agent_id_since = case when excluded.agent_id is distinct from k.agent_id
    then coalesce(excluded.agent_id_since, k.agent_id_since) else k.agent_id_since end,
  agent_name_since = case when excluded.agent_name is distinct from k.agent_name
    then coalesce(excluded.agent_name_since, k.agent_name_since) else k.agent_name_since end,
  tour_status_since = case when excluded.tour_status is distinct from k.tour_status
    then coalesce(excluded.tour_status_since, k.tour_status_since) else k.tour_status_since end,
  last_contact_since = case when excluded.last_contact_at is distinct from k.last_contact_at
    then coalesce(excluded.last_contact_since, k.last_contact_since) else k.last_contact_since end,
  first_contact_since = case when excluded.first_contact_at is distinct from k.first_contact_at
    then coalesce(excluded.first_contact_since, k.first_contact_since) else k.first_contact_since end
where (excluded.told, excluded.version_at) is distinct from (k.told, k.version_at)
  and (k.version_at is null or excluded.version_at >= k.version_at)

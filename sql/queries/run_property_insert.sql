-- Grain: one row a property of this run: what was seen of it, and its drift before repair. Digests
-- do not depend on the order in which pages came.
insert into run_property (
  run_id, property_id, as_of, complete, domiq_records, resman_records, domiq_digest, resman_digest,
  leads, drifted)
with
pulled as (
  select property_id, bool_and(complete) and count(*) = 2 as complete
  from stage_pull
  group by property_id
),
domiq as (
  select property_id, count(*) as records,
    encode(sha256(convert_to(concat(count(*), ':', sum(h), ':', bit_xor(h)), 'UTF8')), 'hex')
      as digest
  from (
    select property_id, hashtextextended(concat(
      resman_lead_id, '|', conversation_id, '|', raw, '|', version, '|', lead_score, '|',
      flags & 15, '|', problem), 0) as h
    from stage_domiq) hashed
  group by property_id
),
resman as (
  select property_id, count(*) as records,
    encode(sha256(convert_to(concat(count(*), ':', sum(h), ':', bit_xor(h)), 'UTF8')), 'hex')
      as digest
  from (
    select property_id, hashtextextended(concat(
      resman_lead_id, '|', raw, '|', version, '|', lead_score, '|', flags & 15, '|', problem), 0)
      as h
    from stage_resman) hashed
  group by property_id
),
known as (
  select property_id, count(*) as leads
  from lead
  where domiq_raw is not null and resman_raw is not null
  group by property_id
),
previous as (
  select id from sync_run
  where mode = 'run' and state = 'finished' and started_at < $2::timestamptz
  order by started_at desc
  limit 1
),
drifted as (
  select d.property_id, count(*) as leads
  from drift d
  where d.run_id = $1::uuid
    and d.verdict in ('unmapped', 'missing_in_resman', 'unlogged', 'unbased', 'phantom',
      'domiq_ahead', 'domiq_regressed', 'resman_moved', 'conflict')
    and not exists (
      select from review_item i
      where i.resman_lead_id = d.resman_lead_id and i.state in ('open', 'accepted', 'ignored')
        and i.first_run is distinct from d.run_id)
    and not exists (
      select from drift p
      where p.run_id = (select id from previous) and p.resman_lead_id = d.resman_lead_id
        and p.outcome is distinct from 'verified' and p.action in ('push', 'pull')
        and (p.domiq_raw, p.domiq_version, p.resman_raw, p.resman_version)
          is not distinct from (d.domiq_raw, d.domiq_version, d.resman_raw, d.resman_version))
  group by d.property_id
)
select $1::uuid, p.property_id, $2::timestamptz, p.complete,
  coalesce(d.records, 0), coalesce(r.records, 0), d.digest, r.digest,
  coalesce(k.leads, 0), coalesce(f.leads, 0)
from pulled p
left join domiq d on d.property_id = p.property_id
left join resman r on r.property_id = p.property_id
left join known k on k.property_id = p.property_id
left join drifted f on f.property_id = p.property_id

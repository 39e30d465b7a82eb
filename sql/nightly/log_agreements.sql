-- Grain: one row per lead whose two sides agree although the log does not say so (baseline, unlogged).
-- created: ResMan changed this new lead after everything that the earlier, complete pulls of the property had
-- shown, so it did not exist before. Where ResMan's history was copied before, its last status is the old
-- one. Where ResMan shows another status (a lens), DomIQ's version says when it changed.
insert into status_sync_log (
  conversation_id, resman_lead_id, old_status, new_status, status_reason, updated_by,
  sync_direction, sync_status, context_data, property_id, run_id, occurred_at, synced_at,
  resman_version, domiq_version)
select
  c.id, d.resman_lead_id, coalesce(d.base, l.base), d.target, d.verdict, 'system',
  'from_resman', 'success',
  jsonb_build_object('verdict', d.verdict)
    || case when d.verdict = 'baseline' and d.target = 'new'
      and p.last_complete_at is not null and p.watermark < d.resman_version::timestamptz
      then '{"created": true}'::jsonb else '{}' end,
  d.property_id, d.run_id,
  least($2::timestamptz,
    greatest(
      coalesce(
        case when d.resman <> d.target then d.domiq_version else d.resman_version end::timestamptz,
        $2::timestamptz),
      l.base_at)),
  now(), d.resman_version, d.domiq_version
from drift d
left join conversation c on c.id = d.conversation_id
left join lead l on l.resman_lead_id = d.resman_lead_id
left join pull_cursor p on p.system = 'resman' and p.property_id = d.property_id
where d.run_id = $1::uuid and d.action = 'log'
  -- The live service may have changed the lead since it was compared. Its history is of this run.
  and (l.base is not distinct from d.base
    or exists (
      select from status_sync_log g where g.seq = l.base_seq and g.run_id = $1::uuid))
  and not exists (
    select from status_sync_log g
    where g.resman_lead_id = d.resman_lead_id and g.sync_status = 'pending')
order by d.resman_lead_id

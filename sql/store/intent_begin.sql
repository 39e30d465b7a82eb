-- Grain: one row: one change about to be sent (pending), or one change of the past without a call.
-- occurred_at is the source's own time, limited to the range from the lead's previous row to the run's start. Of a lead
-- that was erased no words are kept.
insert into status_sync_log (
  id, conversation_id, resman_lead_id, old_status, new_status, status_reason, updated_by,
  sync_direction, sync_status, context_data, property_id, run_id, occurred_at, synced_at,
  resman_version, domiq_version, bridged, irregular, notify)
values (
  $1::uuid,
  (select c.id from conversation c where c.id = $2::uuid),
  $3::text, $4, $5,
  case when exists (select from erasure e where e.resman_lead_id = $3::text)
    then erased_reason($6) else $6 end,
  $7, $8, $9::text,
  case when exists (select from erasure e where e.resman_lead_id = $3::text)
    then erased_context($10::jsonb) else $10::jsonb end,
  $11::uuid, $12::uuid,
  least(
    $14::timestamptz,
    greatest(
      coalesce($13::timestamptz, $14::timestamptz),
      (select g.occurred_at from status_sync_log g
       where g.resman_lead_id = $3::text order by g.seq desc limit 1))),
  case when $9::text = 'success' then now() end,
  $15, $16, $17::boolean, $18::boolean, $19::boolean)

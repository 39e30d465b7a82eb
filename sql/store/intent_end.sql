-- Grain: one pending row, ended once. late: its lead, where a newer change was logged before this one is known to be made:
-- what DomIQ was last seen to show, DomIQ agreed on with this row, and it is no move of its own; with a pull ($6: the version
-- that DomIQ showed it with) nor is its version.
with late as (
  update lead l
  set domiq_agreed = g.new_status,
    base_domiq_version = case when g.sync_direction = 'from_resman'
      then coalesce($6, l.base_domiq_version) else l.base_domiq_version end
  from status_sync_log g
  where $2::text = 'success' and g.id = $1::uuid and g.sync_status = 'pending' and not g.bridged
    and l.resman_lead_id = g.resman_lead_id and l.base_seq > g.seq and l.domiq = g.new_status
)
update status_sync_log
set sync_status = $2::text,
  failure = $3,
  attempts = $4::integer,
  resman_version = coalesce($5, resman_version),
  domiq_version = coalesce($6, domiq_version),
  synced_at = case when $2::text = 'success' then now() end,
  context_data = coalesce(context_data, '{}') || $7::jsonb
where id = $1::uuid and sync_status = 'pending'

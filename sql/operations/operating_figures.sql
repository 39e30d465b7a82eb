-- Grain: one row: the figures that an operator monitors, as of $1.
select
  (select count(*) from review_item where state = 'open')::bigint as reviews_open,
  (select extract(epoch from $1::timestamptz - min(first_seen))::float8
   from review_item where state = 'open') as oldest_review_seconds,
  (select count(*) from status_sync_log where sync_status = 'pending')::bigint as pending_changes,
  pg_database_size(current_database())::bigint as database_bytes

-- Grain: one row per table of the night whose statistics are out of date: it was never analysed, or has since
-- grown by more than a tenth plus eight pages.
select c.oid::regclass::text as name
from pg_class c
where c.oid in (
    'lead'::regclass, 'drift'::regclass, 'status_sync_log'::regclass, 'conversation'::regclass,
    'review_item'::regclass, 'lead_description'::regclass, 'run_property'::regclass, 'pull_cursor'::regclass)
  and pg_has_role(c.relowner, 'usage')
  and pg_relation_size(c.oid) / current_setting('block_size')::integer
    > case when c.reltuples < 0 then 0 else 1.1 * c.relpages + 8 end
order by name

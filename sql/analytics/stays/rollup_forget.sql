-- One row is one cell of rollup that counts log rows (not stays) of a property that is counted again.
delete from rollup
using measure_recount
where coalesce(rollup.property_id, '00000000-0000-0000-0000-000000000000') = measure_recount.key
  and rollup.kind in (
    'rows', 'without_time', 'bridged', 'without_lead', 'synced_before', 'delivered',
    'delivered_retried')

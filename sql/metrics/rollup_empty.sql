-- One row is one cell that came down to nothing.
delete from rollup
using measure_cell
where rollup.kind = measure_cell.kind
  and rollup.day = measure_cell.day
  and rollup.property_id is not distinct from measure_cell.property_id
  and rollup.key is not distinct from measure_cell.key
  and rollup.n = 0

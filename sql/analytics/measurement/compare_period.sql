-- One row is one of the two windows that are compared: this one, and the one just before it.
-- Read by anomaly_days, compare_cells, compare_notification, comparison_windows, measure_described,
-- metric_lost_reasons, performance_delivery, performance_rank, performance_workflow, stays_of_window,
-- sync_cells.
create temporary table compare_period on commit drop as
select *
from (values
  (
    true,
    current_setting('measure.as_of')::timestamptz,
    current_setting('measure.window_start')::timestamptz,
    current_setting('measure.window_end')::timestamptz),
  (
    false,
    current_setting('measure.before_as_of')::timestamptz,
    current_setting('measure.before_start')::timestamptz,
    current_setting('measure.window_start')::timestamptz)
) as period (is_current, as_of, window_start, window_end)

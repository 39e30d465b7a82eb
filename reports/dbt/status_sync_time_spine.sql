-- One row is one day, which MetricFlow needs to fill gaps.
select day::date as date_day
from generate_series(date '2020-01-01', date '2049-12-31', interval '1 day') as day

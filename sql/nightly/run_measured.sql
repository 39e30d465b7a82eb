-- Grain: one row: whether the figures of the instant $1 are kept.
select exists (select from measurement where as_of = $1::timestamptz) as is_measured

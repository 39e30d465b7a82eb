-- Grain: one table of figures of $1 (names without metric_): an empty temporary table hides its view.
select figures_aside(name)
from unnest($1::text[]) as name

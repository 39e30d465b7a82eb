-- Grain: one table of figures of $1, whose temporary table is published as of $2: the revisions that began or ended.
select publish_figures(name, $2::timestamptz)
from unnest($1::text[]) as name

-- Grain: the table of figures $1 (its name without metric_): as of $2, the revisions at $3 end and the rows of its temporary
-- table begin.
select change_figures($1::text, $2::timestamptz, format('pg_temp.%I', 'metric_' || $1)::regclass, $3::text[]::tid[])

-- One row: how far stays and rollup are computed. $1 version of the rules, $2 as_of, $3 watermark.
insert into measured_state (version, as_of, watermark)
values ($1::integer, $2::timestamptz, $3::bigint)
on conflict (one) do update
set version = excluded.version, as_of = excluded.as_of, watermark = excluded.watermark

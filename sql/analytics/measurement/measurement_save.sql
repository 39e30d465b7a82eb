-- One row is one measurement: $1 as_of, $2 and $3 its window, $4 the run, $5 whether it has the standard
-- window.
insert into measurement (as_of, window_start, window_end, run_id, standard)
values ($1::timestamptz, $2::timestamptz, $3::timestamptz, $4::uuid, $5::boolean)
on conflict (as_of) do update set
  window_start = excluded.window_start,
  window_end = excluded.window_end,
  run_id = excluded.run_id,
  standard = excluded.standard,
  nth = excluded.nth

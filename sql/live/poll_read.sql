-- Grain: one property, whose changes were taken up to $2.
insert into resman_poll (property_id, read_to) values ($1, $2::text::timestamptz)
on conflict (property_id) do update set
  read_to = greatest(resman_poll.read_to, excluded.read_to), failing_since = null, failure = null

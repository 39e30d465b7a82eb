-- Grain: one property, whose changes were taken up to $2. A later time in its row was written under a wrong clock, or by
-- another process meanwhile; a change that is asked for again is taken once.
insert into resman_poll (property_id, read_to) values ($1, $2::text::timestamptz)
on conflict (property_id) do update set
  read_to = excluded.read_to, failing_since = null, failure = null

-- When a message is given up, apart from when it was made: a dead letter that is put back has its
-- day again.
alter table notification add column expires_at timestamptz not null
  default now() + interval '24 hours';

comment on column notification.expires_at is
  'Still pending then, it is dead with the cause expired: 24 hours after created_at, or after it was '
  'put back from the dead letters';

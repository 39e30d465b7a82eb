-- Locks that no other login of the database can hold up. Advisory locks are anybody's to take, and
-- pg_locks shows everybody their keys: so the key stands here, next to who took the lock with it, and is
-- chosen anew where a session holds it that is not the one written down.
create table job_lock (
  name text primary key check (name in ('run', 'measurement')),
  key bigint not null,
  pid integer,
  backend_start timestamptz,
  taken_at timestamptz
);
comment on table job_lock is 'One lock: run (one writer) or measurement (one at a time), held as an advisory lock';
comment on column job_lock.key is 'Key of the advisory lock; another one as soon as somebody else holds it';
comment on column job_lock.pid is 'Backend of the session that took it last; null: nobody yet';
comment on column job_lock.backend_start is 'When that session began: tells it from a later one with the same pid';
comment on column job_lock.taken_at is 'When it was taken last';

insert into job_lock (name, key)
select name, ('x' || md5(gen_random_uuid()::text))::bit(64)::bigint
from (values ('run'), ('measurement')) as lock (name);

do $$
begin
  perform status_sync_grant('select, update', 'job_lock', 'status_sync_job');
  -- `plan` fills the same staging tables as a run.
  perform status_sync_grant('select, update', 'job_lock', 'status_sync_planner');
  -- `status` tells whether a run goes on; the key is for those who may take the lock.
  perform status_sync_grant('select (name, pid, taken_at)', 'job_lock', 'status_sync_api');
  perform status_sync_grant('select (name, pid, taken_at)', 'job_lock', 'status_sync_reader');
end
$$;

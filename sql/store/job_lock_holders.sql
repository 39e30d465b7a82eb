-- Grain: one session that holds the advisory lock with this key (pid 0: a prepared transaction). is_ours: it
-- is the session that job_lock names; where its start time is not visible, a session whose role may take the
-- lock.
select coalesce(l.pid, 0) as pid, a.usename::text as login, a.application_name as application,
  host(a.client_addr) as address,
  to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
  coalesce(
    l.pid = $2::integer
      and case
        when a.backend_start is not null then a.backend_start = $3::timestamptz
        else exists (
          select from pg_roles r
          where has_table_privilege(r.oid, 'job_lock', 'update')
            and pg_has_role(a.usesysid, r.oid, 'member'))
      end, false) as is_ours
from pg_locks l
left join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objsubid = 1
  and l.database = (select oid from pg_database where datname = current_database())
  and (l.classid::bigint << 32) | l.objid::bigint = $1::bigint
  -- A session that is ending can be in pg_locks and no longer in pg_stat_activity.
  and (l.pid is null or a.pid is not null)

-- A system that is only read (resman.write, domiq.write): its planned changes end as not_written.
alter table drift drop constraint drift_outcome_check;
alter table drift add constraint drift_outcome_check check (outcome in (
  'verified', 'failed', 'stale', 'held', 'parked', 'deferred', 'unknown', 'not_written'));
comment on column drift.outcome is 'How the repair ended: verified, failed, stale, held, parked, deferred, unknown or not_written; null: no repair was planned, or it has not ended';

-- What a run's own words are held against: how each pull went, and how many leads left no row of drift.

alter table run_property
  add column in_sync bigint,
  add column resman_only bigint,
  add column duplicate_conversations bigint;
comment on column run_property.in_sync is
  'Leads on which log and both sides agreed: they leave no row of drift; null in runs older than this column';
comment on column run_property.resman_only is 'Leads that DomIQ never met: they leave no row of drift either';
comment on column run_property.duplicate_conversations is
  'Conversations of a lead for which another one speaks';

-- One row is one property as one run read it from one system.
create table run_pull (
  run_id uuid not null references sync_run (id),
  system text not null check (system in ('domiq', 'resman')),
  property_id uuid not null,
  incremental boolean not null,
  records bigint not null,
  quarantined bigint not null,
  without_id bigint not null,
  without_lead bigint not null,
  reason text,
  primary key (run_id, system, property_id)
);
comment on table run_pull is 'One property as one run read it from one system';
comment on column run_pull.incremental is 'Only what had changed since the last complete pull was asked for';
comment on column run_pull.records is 'Records of its pages, with and without a lead id';
comment on column run_pull.quarantined is 'Records with a lead id that cannot be used: they become unmapped';
comment on column run_pull.without_id is 'Records without an id of their own';
comment on column run_pull.without_lead is 'Conversations that are not in ResMan yet';
comment on column run_pull.reason is 'Why it was not read whole; null where it was';

do $$
begin
  perform status_sync_grant('select, insert, update, delete', 'run_pull', 'status_sync_job');
  perform status_sync_grant('select', 'run_pull', 'status_sync_planner');
  perform status_sync_grant('select', 'run_pull', 'status_sync_api');
  perform status_sync_grant('select', 'run_pull', 'status_sync_reader');
end
$$;

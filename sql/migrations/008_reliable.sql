-- What a run can be held to afterwards: what it saw of each property, how the drift there compares with
-- its own history, and the plan as it was before anything came of it.

-- One row is one property in one run: what was seen of it, and how much of it had drifted anew.
create table run_property (
  run_id uuid not null references sync_run (id),
  property_id uuid not null,
  as_of timestamptz not null,
  complete boolean not null,
  domiq_records bigint not null,
  resman_records bigint not null,
  domiq_digest text,
  resman_digest text,
  leads bigint not null,
  drifted bigint not null,
  primary key (run_id, property_id)
);
create index run_property_history on run_property (property_id, as_of);
comment on table run_property is 'One property in one run: what was seen of it, and its drift before repair';
comment on column run_property.complete is 'Both systems were read completely; else its drift is no evidence';
comment on column run_property.domiq_records is 'Records of DomIQ with a lead id in this pull; fewer than leads where it was incremental';
comment on column run_property.domiq_digest is 'Digest of those records in any order; null: there was none';
comment on column run_property.leads is 'Leads known on both sides after the pull';
comment on column run_property.drifted is 'Of them those found apart for the first time: not asked about before, nor left over from the run before';

-- One row is one property in one run, judged against its own history.
create table drift_alarm (
  run_id uuid not null references sync_run (id),
  property_id uuid not null,
  property_name text,
  as_of timestamptz not null,
  leads bigint not null,
  drifted bigint not null,
  rate double precision,
  nights integer not null,
  expected_rate double precision,
  p_value double precision,
  q_value double precision,
  cusum double precision,
  verdict text not null check (verdict in ('insufficient_history', 'quiet', 'jump', 'leak')),
  primary key (run_id, property_id)
);
comment on table drift_alarm is 'Drift of one property in one run against its own history';
comment on column drift_alarm.rate is 'drifted / leads; null: no lead';
comment on column drift_alarm.nights is 'Earlier nights with a complete pull that it is compared with';
comment on column drift_alarm.expected_rate is 'Rate of the reference nights; null below 14 nights';
comment on column drift_alarm.p_value is 'Beta-binomial probability of as many or more drifted leads';
comment on column drift_alarm.q_value is 'The same after Benjamini-Hochberg over the properties of the run';
comment on column drift_alarm.cusum is 'One-sided cumulative sum of standardised excess, slack 0.5; a leak above 5';
comment on column drift_alarm.verdict is
  'insufficient_history below 14 nights; jump: q_value at most 0.05; leak: cusum above 5; else quiet';

alter table drift add column planned jsonb;
comment on column drift.planned is 'verdict, rule, action, target and hops as planned, where the repair found the lead unreadable and they were withdrawn; else null';
comment on column drift.cause is 'What the log proves of why the sides differ, else unknown; null in runs older than causes';
alter table drift add constraint drift_cause check (cause in (
  'push_failed', 'push_unknown', 'webhook_missed', 'staff_edit', 'mapping_gap', 'phantom', 'unknown'));

do $$
declare
  relation regclass;
begin
  foreach relation in array array['run_property', 'drift_alarm']::regclass[] loop
    perform status_sync_grant('select, insert, update, delete', relation, 'status_sync_job');
    perform status_sync_grant('select', relation, 'status_sync_planner');
    perform status_sync_grant('select', relation, 'status_sync_api');
    perform status_sync_grant('select', relation, 'status_sync_reader');
  end loop;
end
$$;

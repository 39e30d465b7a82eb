-- A lead of which both systems show nothing new is not staged. What is counted of all records comes from the pull.
alter table stage_pull add column records bigint not null default 0;
alter table stage_pull add column digest text;
alter table stage_pull add column agreed bigint not null default 0;
comment on column stage_pull.records is 'Records of its pages with a lead id';
comment on column stage_pull.digest is 'Digest of those records in any order; null: there was none';
comment on column stage_pull.agreed is
  'Of those records, the ones that were not staged, because both systems and the log agree on their leads';

-- Polling of ResMan's partner interface by day (docs/vendors.md#by-day), and times without a zone.
create table resman_poll (
  property_id uuid primary key,
  read_to timestamptz,
  failing_since timestamptz,
  failure text
);
comment on table resman_poll is 'How far serve has asked ResMan for the changes of one property';
comment on column resman_poll.property_id is 'The property in ResMan';
comment on column resman_poll.read_to is
  'Every change that ResMan had shown by then was taken; null: no poll of it succeeded yet';
comment on column resman_poll.failing_since is 'The first of the polls that failed since the last success; null: the last one succeeded';
comment on column resman_poll.failure is 'Why the last poll failed, without data; null: it succeeded';

select status_sync_grant('select', 'resman_poll', wanted)
from unnest(array[
  'status_sync_job', 'status_sync_planner', 'status_sync_reader']) as wanted;
select status_sync_grant('select, insert, update, delete', 'resman_poll', 'status_sync_api');

alter table run_pull add column zoneless_times bigint;
comment on column run_pull.zoneless_times is
  'Times of its records that named no zone, and were read as the property''s; null: this kind of interface names the zone of every time';

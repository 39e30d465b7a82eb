-- Leads as they stand: what the log and the last sightings say of each.

-- One row is the current state of one lead: rebuildable from the log and the sightings.
create table lead (
  resman_lead_id varchar(100) primary key,
  property_id uuid,
  conversation_id uuid,
  base varchar(50),
  base_seq bigint,
  base_at timestamptz,
  base_domiq_version text,
  base_resman_version text,
  domiq_raw text,
  domiq varchar(50),
  domiq_version text,
  resman_raw text,
  resman varchar(50),
  resman_version text,
  lead_score double precision,
  fields smallint not null default 0,
  last_sent_at timestamptz,
  base_bridged boolean not null default false,
  domiq_agreed varchar(50),
  resman_agreed varchar(50),
  resman_acknowledged boolean not null default false
);
create index lead_property on lead (property_id);
create index lead_conversation on lead (conversation_id) where conversation_id is not null;
create index lead_open on lead (resman_lead_id)
  where domiq_raw is not null
    and (domiq is distinct from base or resman is distinct from base or base is null);
comment on table lead is 'Current state of one lead; derived from the log and the last sightings';
comment on column lead.base is 'Status both sides last agreed on: new_status of the last success row of the log';
comment on column lead.fields is 'What either record has: 1 email, 2 phone, 4 tour_datetime, 8 income_verification';
comment on column lead.last_sent_at is 'When a change of this lead was last sent; the settle window counts from it';
comment on column lead.resman_acknowledged is
  'resman is what ResMan acknowledged by day; it has yet to be seen to hold it';
comment on column lead.base_bridged is
  'The base is a step of a push that stopped half-way, or a correction: the two sides did not agree on it';
comment on column lead.domiq_agreed is
  'Status of the last base that DomIQ was seen to hold, where its last sighting is not the base; null: not known';
comment on column lead.resman_agreed is
  'Status of the last base that ResMan was seen to hold, where its last sighting is not the base; null: not known';

-- A success row of the log moves its lead's base, in the transaction that writes the row. A bridged row
-- carries no version of DomIQ: only ResMan took the step. What comes from ResMan, ResMan holds; who
-- acknowledged a change has yet to be seen to hold it.
create function lead_follow_log() returns trigger language plpgsql as $$
begin
  -- An erasure changes no status.
  if current_user = 'status_sync_eraser' then
    return null;
  end if;
  insert into lead as l (resman_lead_id, property_id, conversation_id,
                         base, base_seq, base_at, base_domiq_version, base_resman_version,
                         base_bridged, resman_agreed)
  select distinct on (resman_lead_id)
    resman_lead_id, property_id, conversation_id,
    new_status, seq, coalesce(occurred_at, created_at),
    case when not bridged then domiq_version end, resman_version, bridged,
    case when sync_direction = 'from_resman' then new_status end
  from changed
  where sync_status = 'success' and resman_lead_id is not null
  order by resman_lead_id, seq desc
  on conflict (resman_lead_id) do update set
    property_id = coalesce(excluded.property_id, l.property_id),
    conversation_id = coalesce(excluded.conversation_id, l.conversation_id),
    base = excluded.base,
    base_seq = excluded.base_seq,
    base_at = excluded.base_at,
    base_domiq_version = excluded.base_domiq_version,
    base_resman_version = excluded.base_resman_version,
    base_bridged = excluded.base_bridged,
    domiq_agreed = case
      when l.domiq in (excluded.base, l.base) then l.domiq else l.domiq_agreed end,
    resman_agreed = coalesce(excluded.resman_agreed, case
      when l.resman in (excluded.base, l.base) and not l.resman_acknowledged then l.resman
      else l.resman_agreed end)
  where l.base_seq is null or l.base_seq <= excluded.base_seq;
  return null;
end
$$;
create trigger lead_follow_log_insert after insert on status_sync_log
  referencing new table as changed for each statement execute function lead_follow_log();
create trigger lead_follow_log_update after update on status_sync_log
  referencing new table as changed for each statement execute function lead_follow_log();

select status_sync_grant('select', 'lead', wanted)
from unnest(array[
  'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;
select status_sync_grant('insert, update, delete', 'lead', 'status_sync_job');
-- A success row of the log moves its lead (trigger lead_follow_log, rights of its caller).
select status_sync_grant('insert, update', 'lead', 'status_sync_api');

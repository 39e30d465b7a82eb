-- What proves that a side changed since the agreement, beside its version: a bridged row proves nothing,
-- and a status that is not the one that the side last agreed on is a change.

alter table lead
  add column base_bridged boolean not null default false,
  add column domiq_agreed varchar(50),
  add column resman_agreed varchar(50),
  add column resman_acknowledged boolean not null default false;
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
create or replace function lead_follow_log() returns trigger language plpgsql as $$
begin
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

update lead l
set base_bridged = true, base_domiq_version = null
from status_sync_log g
where g.seq = l.base_seq and g.bridged;

alter table stage_diff
  add column base_bridged boolean not null default false,
  add column domiq_moved boolean,
  add column resman_moved boolean;
comment on column stage_diff.domiq_moved is
  'Its status is not the one that DomIQ last agreed on, nor the one it last showed; null: not known';
comment on column stage_diff.resman_moved is
  'Its status is not the one that ResMan last agreed on, nor the one it last showed; null: not known';

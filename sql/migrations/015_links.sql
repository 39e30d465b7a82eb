-- Links between conversations of DomIQ and cards of ResMan that no id connects (docs/vendors.md#links).
create table lead_link (
  conversation_id uuid primary key,
  resman_lead_id varchar(100) not null,
  property_id uuid not null,
  how text not null check (how in ('column', 'email', 'phone', 'person')),
  linked_at timestamptz not null,
  by text not null,
  evidence text
);
create index lead_link_lead on lead_link (resman_lead_id);
create index lead_link_property on lead_link (property_id);
comment on table lead_link is
  'One conversation of DomIQ and its card in ResMan, where DomIQ names none; never undone by the program';
comment on column lead_link.conversation_id is 'The conversation in DomIQ';
comment on column lead_link.resman_lead_id is 'The lead''s id in ResMan';
comment on column lead_link.property_id is 'The property in ResMan that both are of';
comment on column lead_link.how is
  'What connects them: column (named by DomIQ), email, phone (unique on both sides), or person';
comment on column lead_link.linked_at is 'When the link was made';
comment on column lead_link.by is 'Who made it: night, or the person';
comment on column lead_link.evidence is
  'The contacts that both have, masked; null: a person decided without one, or the lead was erased';

-- Links that the last comparison of a property suggested. Those without an obstacle the next night makes.
create table link_proposal (
  conversation_id uuid not null,
  resman_lead_id varchar(100) not null,
  property_id uuid not null,
  how text not null check (how in ('email', 'phone')),
  evidence text not null,
  obstacle text,
  seen_at timestamptz not null,
  primary key (conversation_id, resman_lead_id)
);
create index link_proposal_property on link_proposal (property_id);
create index link_proposal_lead on link_proposal (resman_lead_id);
comment on table link_proposal is
  'One card that may be the one of a conversation, as the last comparison of the property''s contacts found';
comment on column link_proposal.conversation_id is 'The conversation in DomIQ';
comment on column link_proposal.resman_lead_id is 'The lead''s id in ResMan';
comment on column link_proposal.property_id is 'The property in ResMan that both are of';
comment on column link_proposal.how is 'The kind of the contact that both have: email or phone';
comment on column link_proposal.evidence is 'The contacts that both have, masked';
comment on column link_proposal.obstacle is
  'Why it waits for a person (several_cards, several_users, contradiction, card_taken, user_taken); null: the next night links it';
comment on column link_proposal.seen_at is 'When the contacts were compared';

-- Links of this pull, before a run takes them into lead_link; a plan does not.
create unlogged table stage_link (
  conversation_id uuid primary key,
  resman_lead_id varchar(100) not null,
  property_id uuid not null,
  how text not null,
  evidence text
);
create index stage_link_property on stage_link (property_id);
comment on table stage_link is 'One link that the pull under way made, or would make';
comment on column stage_link.conversation_id is 'The conversation in DomIQ';
comment on column stage_link.resman_lead_id is 'The lead''s id in ResMan';
comment on column stage_link.property_id is 'The property in ResMan that both are of';
comment on column stage_link.how is 'email or phone';
comment on column stage_link.evidence is 'The contacts that both have, masked; null: the lead was erased';

select status_sync_grant('select', relation::regclass, wanted)
from unnest(array['lead_link', 'link_proposal', 'stage_link']) as relation
cross join unnest(array[
  'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_eraser']) as wanted;
select status_sync_grant('insert, update, delete', relation::regclass, 'status_sync_job')
from unnest(array['lead_link', 'link_proposal']) as relation;
select status_sync_grant('insert, update, delete, truncate', 'stage_link', wanted)
from unnest(array['status_sync_job', 'status_sync_planner']) as wanted;
select status_sync_grant('update (evidence)', 'lead_link', 'status_sync_eraser');
select status_sync_grant('delete', relation::regclass, 'status_sync_eraser')
from unnest(array['link_proposal', 'stage_link']) as relation;

-- What the systems tell of leads beside their status: source, lost reason, agent, tour, contacts.

-- One row is what one system last told of one lead. Absent and null tell nothing: a value stays until another is
-- told, and beside each value stands since when it is that one.
create table lead_description (
  resman_lead_id varchar(100) not null,
  system text not null check (system in ('domiq', 'resman')),
  told text not null,
  version_at timestamptz,
  source text,
  lost_reason text,
  agent_id text,
  agent_name text,
  tour_status text check (tour_status in ('booked', 'showed', 'cancelled', 'no_show')),
  last_contact_at timestamptz,
  first_contact_at timestamptz,
  source_since timestamptz,
  lost_reason_since timestamptz,
  agent_id_since timestamptz,
  agent_name_since timestamptz,
  tour_status_since timestamptz,
  last_contact_since timestamptz,
  first_contact_since timestamptz,
  primary key (resman_lead_id, system)
);
comment on table lead_description is
  'What one system last told of one lead beside its status; it makes no drift';
comment on column lead_description.told is
  'The fields of the last record that told any, in the order source, lost_reason, agent_id, agent_name, tour_status, last_contact_at, first_contact_at, parted by U+001F; what the next record is compared with';
comment on column lead_description.version_at is
  'updated_at of that record; null: it had none that is a time, or one from the future';
comment on column lead_description.source is 'Where the lead came from first; null: not known';
comment on column lead_description.lost_reason is 'Why it was lost; null: not known';
comment on column lead_description.agent_id is 'The staff member in charge; null: not known';
comment on column lead_description.agent_name is 'The staff member''s name; null: not known';
comment on column lead_description.tour_status is 'booked, showed, cancelled or no_show; null: not known';
comment on column lead_description.last_contact_at is 'The last contact with the prospect; null: not known';
comment on column lead_description.first_contact_at is 'When somebody first answered; null: not known';
comment on column lead_description.source_since is
  'updated_at of the record that first told the value, not later than the run that read it; null: source is not known';

-- One row is one lead with what is known of it from both systems. ResMan's word counts where both tell; of an agent
-- both id and name come from one system; a tour that ResMan has as booked ended as DomIQ says; of the contacts the
-- earliest and the latest count.
create view described_lead as
select
  l.resman_lead_id,
  l.property_id,
  coalesce(r.source, d.source) as source,
  coalesce(r.lost_reason, d.lost_reason) as lost_reason,
  case when r.lost_reason is not null then r.lost_reason_since else d.lost_reason_since end
    as lost_reason_since,
  case when r.agent_id is not null or r.agent_name is not null then r.agent_id else d.agent_id end
    as agent_id,
  case when r.agent_id is not null or r.agent_name is not null then r.agent_name else d.agent_name end
    as agent_name,
  case when r.tour_status = 'booked' then coalesce(d.tour_status, 'booked')
    else coalesce(r.tour_status, d.tour_status) end as tour_status,
  case when r.tour_status is null or r.tour_status = 'booked' and d.tour_status <> 'booked'
    then d.tour_status_since else r.tour_status_since end as tour_status_since,
  greatest(r.last_contact_at, d.last_contact_at) as last_contact_at,
  least(r.first_contact_at, d.first_contact_at) as first_contact_at
from lead l
left join lead_description r on r.resman_lead_id = l.resman_lead_id and r.system = 'resman'
left join lead_description d on d.resman_lead_id = l.resman_lead_id and d.system = 'domiq';
comment on view described_lead is
  'One lead with what both systems told of it beside its status; null: not known';

alter table stage_domiq add column description text;
alter table stage_resman add column description text;
comment on column stage_domiq.description is
  'The fields that describe as lead_description.told has them; null: the record tells none';
comment on column stage_resman.description is
  'The fields that describe as lead_description.told has them; null: the record tells none';

alter table run_pull add column described bigint not null default 0;
alter table run_pull add column bad_values bigint not null default 0;
comment on column run_pull.described is 'Records that tell a field that describes (source, agent_id, …)';
comment on column run_pull.bad_values is 'Values of such fields that cannot be used and were left out';

select status_sync_grant('select', relation::regclass, wanted)
from unnest(array['lead_description', 'described_lead']) as relation
cross join unnest(array['status_sync_job', 'status_sync_planner', 'status_sync_api']) as wanted;
select status_sync_grant('insert, update, delete', 'lead_description', 'status_sync_job');
select status_sync_grant('insert, update', 'lead_description', 'status_sync_api');
-- Analysts: not the free text, and not the names of staff; figures have both, counted.
select status_sync_grant(
  'select (resman_lead_id, property_id, source, lost_reason_since, agent_id, tour_status, tour_status_since,'
  ' last_contact_at, first_contact_at)', 'described_lead', 'status_sync_reader');

-- The live API: who may call, answers given before, webhooks received, what a conversation shows.

-- One row is one caller's key; the key itself is shown once and never stored.
create table api_key (
  id uuid primary key default gen_random_uuid(),
  name varchar(100) not null,
  key_hash text not null unique,
  hint varchar(12) not null,
  updated_by varchar(100) not null check (updated_by in ('chatbot', 'resman_user', 'system')),
  properties uuid[],
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create unique index api_key_name on api_key (name) where revoked_at is null;
comment on table api_key is 'One caller of the live API';
comment on column api_key.key_hash is 'SHA-256 of the key in hexadecimal: it has 256 random bits, so nothing slower is needed';
comment on column api_key.hint is 'The first characters of the key, to tell keys apart';
comment on column api_key.updated_by is 'The only updated_by that this caller may write';
comment on column api_key.properties is 'What the caller sees; null: every property';

-- One row is one Idempotency-Key of one caller.
create table idempotency (
  api_key_id uuid not null references api_key (id),
  key text not null,
  property_id uuid,
  request_digest text not null,
  intent_id uuid not null,
  claimed_at timestamptz not null default now(),
  status integer,
  body text,
  primary key (api_key_id, key)
);
create index idempotency_intent on idempotency (intent_id);
create index idempotency_claimed on idempotency (claimed_at);
comment on table idempotency is 'The first answer to a request, given again when the request comes again';
comment on column idempotency.request_digest is 'SHA-256 of method, path and body';
comment on column idempotency.intent_id is 'Log row, or other row, that the request makes: how a later request finds out what became of it';
comment on column idempotency.status is 'HTTP status of the answer; null while there is none';
comment on column idempotency.body is 'The answer, to the byte: JSON';

-- One row is one webhook id that was accepted, kept for 7 days, and longer while its lead is unknown.
create table webhook_delivery (
  webhook_id varchar(255) primary key,
  property_id uuid,
  resman_lead_id varchar(100) not null,
  received_at timestamptz not null default now(),
  occurred_at timestamptz not null,
  new_status varchar(50) not null,
  outcome text not null check (outcome in ('applied', 'repeated', 'superseded', 'echo', 'waiting')),
  payload jsonb not null
);
create index webhook_delivery_received on webhook_delivery (received_at);
create index webhook_delivery_waiting on webhook_delivery (resman_lead_id) where outcome = 'waiting';
comment on table webhook_delivery is 'One accepted webhook';
comment on column webhook_delivery.occurred_at is 'updated_at of the payload: ResMan''s own time of the change';
comment on column webhook_delivery.outcome is
  'applied: moved the lead; repeated: it was there already; superseded: a newer change was known; echo: our own change coming back; waiting: nobody knows the lead yet';

-- One row is one conversation: what its chat should know of the lead's status.
create table conversation_context (
  conversation_id uuid primary key,
  property_id uuid,
  current_status varchar(50) not null,
  status_reason text,
  last_status_update timestamptz not null,
  status_updated_by varchar(100) not null
);
comment on table conversation_context is 'Status of a conversation''s lead as its chat should see it';

select status_sync_grant('select', 'api_key', 'status_sync_api');
select status_sync_grant('select, insert, update, delete', relation::regclass, 'status_sync_api')
from unnest(array['idempotency', 'webhook_delivery']) as relation;
select status_sync_grant('select, update, delete', relation::regclass, 'status_sync_job')
from unnest(array['idempotency', 'webhook_delivery']) as relation;
select status_sync_grant('select, insert, update', 'conversation_context', wanted)
from unnest(array['status_sync_job', 'status_sync_api']) as wanted;

-- What one measurement needs while its transaction lasts.

-- One row is one lead whose stays are computed again; i counts them.
create temporary table measure_lead (
  lead text primary key,
  conversation_id uuid generated always as (
    case when lead ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then lead::uuid end) stored,
  i bigint generated always as identity
) on commit drop;

-- One row is one property whose rows of the log are counted again; the nil UUID stands for none.
create temporary table measure_recount (
  key uuid primary key
) on commit drop;

-- One row is one log row that was pending when last measured and is settled now.
create temporary table measure_due (
  seq bigint primary key
) on commit drop;

-- One row is one signed count on its way into rollup.
create temporary table measure_cell (
  property_id uuid,
  kind text not null,
  day date not null,
  key text,
  n bigint not null
) on commit drop;

-- One row is one scope: the portfolio, or a property. key stands for property_id in joins, where
-- null does not match: the nil UUID for the portfolio and for leads without a property.
create temporary table measure_scope (
  scope text not null,
  key uuid not null,
  property_id uuid,
  property_name text,
  timezone text not null,
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  funnel_window interval not null,
  first_day date,
  last_day date,
  primary key (scope, key)
) on commit drop;

-- One row is one count of log rows of the window, whatever became of them.
create temporary table measure_sync (
  property_id uuid,
  day date not null,
  direction text,
  updated_by text,
  sync_status text,
  bridged boolean not null,
  first_attempt boolean not null,
  aged boolean not null,
  n bigint not null
) on commit drop;

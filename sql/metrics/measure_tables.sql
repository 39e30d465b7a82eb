-- What one measurement needs while its transaction lasts.

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

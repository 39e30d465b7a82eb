-- Grain: one row: what the summary page says of sources, lost reasons, tours and agents as of $1, of the portfolio
-- or of one property ($2); null where no system tells any of it.
with
shown as (
  select
    $1::timestamptz as as_of,
    $2::uuid as property_id,
    case when $2::uuid is null then 'portfolio' else 'property' end as scope
),
source as (
  select
    m.maturity, m.kind, m.source, max(m.share) as share,
    max(m.reached) filter (where m.status = 'new') as leads,
    max(m.reached) filter (where m.status = 'tour_scheduled') as toured,
    max(m.reached) filter (where m.status = 'leased') as leased,
    max(m.overall_rate) filter (where m.status = 'leased') as rate,
    max(m.overall_lo95) filter (where m.status = 'leased') as low,
    max(m.overall_hi95) filter (where m.status = 'leased') as high
  from metric_sources m
  join shown on m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
  group by m.maturity, m.kind, m.source
),
sources as (
  select jsonb_agg(jsonb_build_object(
    'maturity', maturity, 'kind', kind, 'name', source, 'share', share, 'leads', leads,
    'toured', toured, 'leased', leased, 'rate', rate, 'low', low, 'high', high)
    order by kind = 'unknown', kind = 'rest', leads desc, source) as data
  from source
),
reasons as (
  select
    jsonb_agg(jsonb_build_object(
      'kind', m.kind, 'name', m.reason, 'lost', m.lost, 'share', m.share, 'low', m.lo95,
      'high', m.hi95, 'shareBefore', m.share_before, 'verdict', m.verdict)
      order by m.kind = 'unknown', m.kind = 'rest', m.place) as data
  from metric_lost_reasons m
  join shown on m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
tours as (
  select jsonb_build_object(
    'booked', m.booked, 'showed', m.showed, 'cancelled', m.cancelled, 'upcoming', m.upcoming,
    'notRecordedAsShown', m.not_recorded_as_shown, 'noShow', m.no_show, 'unknown', m.unknown,
    'rate', m.showed_rate, 'low', m.lo95, 'high', m.hi95) as data
  from metric_tours m
  join shown on m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
agents as (
  select jsonb_agg(jsonb_build_object(
    'kind', m.kind, 'id', m.agent_id, 'name', m.agent_name, 'leads', m.leads,
    'contacted', m.contacted, 'toured', m.toured, 'leased', m.leased, 'rate', m.leased_rate,
    'low', m.lo95, 'high', m.hi95)
    order by m.kind = 'unknown', m.kind = 'rest', m.agent_name, m.agent_id) as data
  from metric_agents m
  join shown on m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
)
select jsonb_build_object(
  'sources', coalesce((select data from sources), '[]'),
  'reasons', coalesce((select data from reasons), '[]'),
  'tours', (select data from tours),
  'agents', coalesce((select data from agents), '[]')) as described
where exists (select from tours)

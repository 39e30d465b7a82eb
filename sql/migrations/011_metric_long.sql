-- Every figure in one long view. A migration that adds a table of figures creates it anew.

-- One row is one value of one figure.
create view metric_long (
  as_of, scope, property_id, metric, dimension, value, numerator, denominator, lo95, hi95, unit) as
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('status', figure.status, 'maturity', figure.maturity),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_funnel as figure
cross join lateral (values
  ('funnel.reached', figure.reached, null, null, null, null, 'count'),
  ('funnel.visited', figure.visited, null, null, null, null, 'count'),
  ('funnel.skipped', figure.skipped, null, null, null, null, 'count'),
  ('funnel.step_rate', figure.step_rate, figure.reached, case when figure.step_rate is not null then (
      select reached from metric_funnel as other
      where other.as_of = figure.as_of and other.scope = figure.scope
        and other.property_id is not distinct from figure.property_id and other.maturity = figure.maturity
        and other.step_order = figure.step_order - 1) end, figure.step_lo95, figure.step_hi95, 'rate'),
  ('funnel.overall_rate', figure.overall_rate, figure.reached, (
      select reached from metric_funnel as other
      where other.as_of = figure.as_of and other.scope = figure.scope
        and other.property_id is not distinct from figure.property_id and other.maturity = figure.maturity
        and other.step_order = 0), figure.overall_lo95, figure.overall_hi95, 'rate'),
  ('funnel.lost', figure.lost, null, null, null, null, 'count'),
  ('funnel.open', figure.open, null, null, null, null, 'count'),
  ('funnel.overall_min', figure.overall_min, null, null, null, null, 'rate'),
  ('funnel.overall_max', figure.overall_max, null, null, null, null, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_time_in_status as figure
cross join lateral (values
  ('time_in_status.n_closed', figure.n_closed, null, null, null, null, 'count'),
  ('time_in_status.n_open', figure.n_open, null, null, null, null, 'count'),
  ('time_in_status.mean_seconds', figure.mean_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.km_median_seconds', figure.km_median_seconds, null, null, figure.km_lo95_seconds, figure.km_hi95_seconds, 'seconds'),
  ('time_in_status.p25_seconds', figure.p25_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.p75_seconds', figure.p75_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.p90_seconds', figure.p90_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.rmst_90d_seconds', figure.rmst_90d_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.oldest_open_seconds', figure.oldest_open_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.n_in_status', figure.n_in_status, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_conversion as figure
cross join lateral (values
  ('conversion.entered', figure.entered, null, null, null, null, 'count'),
  ('conversion.advanced', figure.advanced, null, null, null, null, 'count'),
  ('conversion.lost', figure.lost, null, null, null, null, 'count'),
  ('conversion.open', figure.open, null, null, null, null, 'count'),
  ('conversion.rate', figure.rate, figure.advanced, figure.entered, figure.lo95, figure.hi95, 'rate'),
  ('conversion.advanced_7d', figure.advanced_7d, null, null, null, null, 'rate'),
  ('conversion.advanced_30d', figure.advanced_30d, null, null, null, null, 'rate'),
  ('conversion.advanced_90d', figure.advanced_90d, null, null, null, null, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('from_status', figure.from_status, 'to_status', figure.to_status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_transitions as figure
cross join lateral (values
  ('transitions.count', figure.count, null, null, null, null, 'count'),
  ('transitions.leads', figure.leads, null, null, null, null, 'count'),
  ('transitions.share', figure.share, figure.count, (
      select sum(count) from metric_transitions as other
      where other.as_of = figure.as_of and other.scope = figure.scope
        and other.property_id is not distinct from figure.property_id and other.from_status = figure.from_status), figure.lo95, figure.hi95, 'rate'),
  ('transitions.mean_seconds', figure.mean_seconds, null, null, null, null, 'seconds'),
  ('transitions.median_seconds', figure.median_seconds, null, null, null, null, 'seconds'),
  ('transitions.illegal', figure.illegal, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('day', figure.day, 'direction', figure.direction, 'updated_by', figure.updated_by),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_daily as figure
cross join lateral (values
  ('daily.changes', figure.changes, null, null, null, null, 'count'),
  ('daily.creations', figure.creations, null, null, null, null, 'count'),
  ('daily.failed', figure.failed, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('day', figure.day, 'status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_distribution as figure
cross join lateral (values
  ('distribution.leads', figure.leads, null, null, null, null, 'count'),
  ('distribution.created', figure.created, null, null, null, null, 'count'),
  ('distribution.moved_in', figure.moved_in, null, null, null, null, 'count'),
  ('distribution.moved_out', figure.moved_out, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('kind', figure.kind, 'channel_or_direction', figure.channel_or_direction),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_delivery as figure
cross join lateral (values
  ('delivery.delivered', figure.delivered, null, null, null, null, 'count'),
  ('delivery.failed', figure.failed, null, null, null, null, 'count'),
  ('delivery.bounced', figure.bounced, null, null, null, null, 'count'),
  ('delivery.expired', figure.expired, null, null, null, null, 'count'),
  ('delivery.pending', figure.pending, null, null, null, null, 'count'),
  ('delivery.suppressed', figure.suppressed, null, null, null, null, 'count'),
  ('delivery.rate', figure.rate, figure.delivered, figure.delivered + figure.failed + coalesce(figure.bounced, 0) + coalesce(figure.expired, 0), figure.lo95, figure.hi95, 'rate'),
  ('delivery.first_attempt_rate', figure.first_attempt_rate, null, figure.delivered + figure.failed + coalesce(figure.bounced, 0) + coalesce(figure.expired, 0), null, null, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select as_of, scope, property_id, metric, '{}'::jsonb, value, numerator, denominator, lo95, hi95, unit
from metric_performance
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('metric', figure.metric, 'status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_changes as figure
cross join lateral (values
  ('changes.previous', figure.previous, null, null, null, null, null),
  ('changes.current', figure.current, null, null, null, null, null),
  ('changes.difference', figure.difference, null, null, figure.lo95, figure.hi95, null),
  ('changes.p_value', figure.p_value, null, null, null, null, 'probability'),
  ('changes.q_value', figure.q_value, null, null, null, null, 'probability')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('metric', figure.metric, 'day', figure.day),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_anomalies as figure
cross join lateral (values
  ('anomalies.observed', figure.observed, null, null, null, null, null),
  ('anomalies.expected', figure.expected, null, null, null, null, null),
  ('anomalies.score', figure.score, null, null, null, null, null),
  ('anomalies.p_value', figure.p_value, null, null, null, null, 'probability')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('resman_lead_id', figure.resman_lead_id, 'status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_stalled as figure
cross join lateral (values
  ('stalled.open_seconds', figure.open_seconds, null, null, null, null, 'seconds'),
  ('stalled.p90_seconds', figure.p90_seconds, null, null, null, null, 'seconds')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('metric', figure.metric, 'day', figure.day, 'status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_restatements as figure
cross join lateral (values
  ('restatements.old_value', figure.old_value, null, null, null, null, null),
  ('restatements.new_value', figure.new_value, null, null, null, null, null)
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('issue', figure.issue),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_data_quality as figure
cross join lateral (values
  ('data_quality.count', figure.count, figure.count, figure.total, null, null, 'count'),
  ('data_quality.total', figure.total, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('grain', figure.grain, 'cohort_start', figure.cohort_start, 'status', figure.status, 'maturity', figure.maturity),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_cohorts as figure
cross join lateral (values
  ('cohorts.reached', figure.reached, null, null, null, null, 'count'),
  ('cohorts.visited', figure.visited, null, null, null, null, 'count'),
  ('cohorts.skipped', figure.skipped, null, null, null, null, 'count'),
  ('cohorts.overall_rate', figure.overall_rate, figure.reached, (
      select reached from metric_cohorts as other
      where other.as_of = figure.as_of and other.scope = figure.scope
        and other.property_id is not distinct from figure.property_id and other.maturity = figure.maturity
        and other.grain = figure.grain and other.cohort_start = figure.cohort_start and other.step_order = 0), figure.overall_lo95, figure.overall_hi95, 'rate'),
  ('cohorts.lost', figure.lost, null, null, null, null, 'count'),
  ('cohorts.open', figure.open, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('resman_lead_id', figure.resman_lead_id),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_unanswered as figure
cross join lateral (values
  ('unanswered.waiting_seconds', figure.waiting_seconds, null, null, null, null, 'seconds')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('week_start', figure.week_start, 'metric', figure.metric),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_weeks as figure
cross join lateral (values
  ('weeks.weeks_ago', figure.weeks_ago, null, null, null, null, 'count'),
  ('weeks.numerator', figure.numerator, null, null, null, null, 'count'),
  ('weeks.denominator', figure.denominator, null, null, null, null, 'count'),
  ('weeks.value', figure.value, figure.numerator, figure.denominator, null, null, case when figure.denominator is null then 'count' else 'rate' end)
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('curve', figure.curve, 'day', figure.day),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_curves as figure
cross join lateral (values
  ('curves.leads', figure.leads, null, null, null, null, 'count'),
  ('curves.reached', figure.reached, null, null, null, null, 'count'),
  ('curves.waiting', figure.waiting, null, null, null, null, 'count'),
  ('curves.probability', figure.probability, null, null, figure.lo95, figure.hi95, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('kind', figure.kind, 'source', figure.source, 'status', figure.status, 'maturity', figure.maturity),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_sources as figure
cross join lateral (values
  ('sources.reached', figure.reached, null, null, null, null, 'count'),
  ('sources.overall_rate', figure.overall_rate, figure.reached, (
      select reached from metric_sources as other
      where other.as_of = figure.as_of and other.scope = figure.scope
        and other.property_id is not distinct from figure.property_id and other.maturity = figure.maturity
        and other.kind = figure.kind and other.source is not distinct from figure.source
        and other.step_order = 0), figure.overall_lo95, figure.overall_hi95, 'rate'),
  ('sources.lost', figure.lost, null, null, null, null, 'count'),
  ('sources.open', figure.open, null, null, null, null, 'count'),
  ('sources.share', figure.share, null, null, null, null, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('kind', figure.kind, 'reason', figure.reason),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_lost_reasons as figure
cross join lateral (values
  ('lost_reasons.place', figure.place, null, null, null, null, 'rank'),
  ('lost_reasons.lost', figure.lost, null, null, null, null, 'count'),
  ('lost_reasons.share', figure.share, figure.lost, (
      select sum(lost) from metric_lost_reasons as other
      where other.as_of = figure.as_of and other.scope = figure.scope
        and other.property_id is not distinct from figure.property_id), figure.lo95, figure.hi95, 'rate'),
  ('lost_reasons.lost_before', figure.lost_before, null, null, null, null, 'count'),
  ('lost_reasons.share_before', figure.share_before, null, null, null, null, 'rate'),
  ('lost_reasons.difference', figure.difference, null, null, figure.difference_lo95, figure.difference_hi95, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  '{}'::jsonb,
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_tours as figure
cross join lateral (values
  ('tours.booked', figure.booked, null, null, null, null, 'count'),
  ('tours.showed', figure.showed, null, null, null, null, 'count'),
  ('tours.cancelled', figure.cancelled, null, null, null, null, 'count'),
  ('tours.upcoming', figure.upcoming, null, null, null, null, 'count'),
  ('tours.not_recorded_as_shown', figure.not_recorded_as_shown, null, null, null, null, 'count'),
  ('tours.no_show', figure.no_show, null, null, null, null, 'count'),
  ('tours.unknown', figure.unknown, null, null, null, null, 'count'),
  ('tours.showed_rate', figure.showed_rate, figure.showed, figure.showed + figure.not_recorded_as_shown, figure.lo95, figure.hi95, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('kind', figure.kind, 'agent_id', figure.agent_id, 'agent_name', figure.agent_name),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_agents as figure
cross join lateral (values
  ('agents.leads', figure.leads, null, null, null, null, 'count'),
  ('agents.contacted', figure.contacted, null, null, null, null, 'count'),
  ('agents.toured', figure.toured, null, null, null, null, 'count'),
  ('agents.leased', figure.leased, null, null, null, null, 'count'),
  ('agents.lost', figure.lost, null, null, null, null, 'count'),
  ('agents.open', figure.open, null, null, null, null, 'count'),
  ('agents.leased_rate', figure.leased_rate, figure.leased, figure.leads, figure.lo95, figure.hi95, 'rate'),
  ('agents.place', figure.place, null, null, null, null, 'rank')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('target', figure.target),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_alerts as figure
cross join lateral (values
  ('alerts.value', figure.value, null, null, null, null, null),
  ('alerts.n', figure.n, null, null, null, null, null),
  ('alerts.limit_value', figure.limit_value, null, null, null, null, null),
  ('alerts.baseline', figure.baseline, null, null, null, null, null),
  ('alerts.change_percent', figure.change_percent, null, null, null, null, null),
  ('alerts.min_n', figure.min_n, null, null, null, null, 'count'),
  ('alerts.weeks', figure.weeks, null, null, null, null, 'count'),
  ('alerts.weeks_missed', figure.weeks_missed, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit);
comment on view metric_long is 'One value of one figure: every column of every metric_ table as a row of its own';
comment on column metric_long.as_of is 'The instant the figures are pinned to; nothing later is counted';
comment on column metric_long.scope is 'portfolio: all properties together; property: one';
comment on column metric_long.property_id is 'The property; null: the portfolio, or leads without a known property';
comment on column metric_long.metric is 'A named figure of metric_performance by its name; else the table without metric_, a dot and the column: funnel.reached';
comment on column metric_long.dimension is 'What the row of the table is about beside its scope, as JSON by column: {"status": "leased"}; {}: nothing';
comment on column metric_long.value is 'The value, in unit; null: as the column''s own';
comment on column metric_long.numerator is 'Numerator of a rate, or the sum behind a mean; null: none, or not known';
comment on column metric_long.denominator is 'Denominator of a rate, or how many the figure rests on; null: none, or not known';
comment on column metric_long.lo95 is 'Lower end of the value''s 95 % interval; null: it has none';
comment on column metric_long.hi95 is 'Upper end of the value''s 95 % interval; null: it has none';
comment on column metric_long.unit is 'count, rate, seconds, days, rank or probability; null: the unit of the figure that dimension names';
create view metric_long_latest as
select * from metric_long where as_of = (select latest_measurement());
comment on view metric_long_latest is 'metric_long of the newest night';

select status_sync_grant('select', relation::regclass, wanted)
from unnest(array['metric_long', 'metric_long_latest']) as relation
cross join unnest(array[
    'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;

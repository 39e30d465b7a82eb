-- Grain: one row: everything that the summary page shows for one as_of ($1) and one run ($2, may be null),
-- about the portfolio or one property ($3). Lists of leads are filtered by $3 itself, so that an index finds the
-- property's.
with
shown as (
  select
    $1::timestamptz as as_of,
    $2::uuid as run_id,
    $3::uuid as property_id,
    case when $3::uuid is null then 'portfolio' else 'property' end as scope
),
figures as (
  select jsonb_object_agg(m.metric, jsonb_build_object(
    'numerator', m.numerator, 'denominator', m.denominator, 'value', m.value,
    'lo95', m.lo95, 'hi95', m.hi95, 'unit', m.unit, 'note', m.note)) as data
  from metric_performance m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
funnel as (
  select jsonb_object_agg(maturity, steps) as data
  from (
    select m.maturity, jsonb_agg(jsonb_build_object(
      'status', m.status, 'reached', coalesce(m.reached, 0), 'visited', coalesce(m.visited, 0),
      'skipped', coalesce(m.skipped, 0), 'stepRate', m.step_rate, 'stepLow', m.step_lo95,
      'stepHigh', m.step_hi95, 'overallRate', m.overall_rate, 'overallLow', m.overall_lo95,
      'overallHigh', m.overall_hi95, 'overallMin', m.overall_min, 'overallMax', m.overall_max,
      'lost', m.lost, 'open', m.open) order by m.step_order) as steps
    from metric_funnel m, shown
    where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
    group by m.maturity
  ) by_maturity
),
-- What one property is compared with.
portfolio as (
  select jsonb_object_agg(m.maturity, m.overall_rate) as data
  from metric_funnel m, shown
  where m.as_of = shown.as_of and m.scope = 'portfolio' and m.status = 'leased'
    and m.overall_rate is not null and shown.property_id is not null
),
stays as (
  select jsonb_agg(jsonb_build_object(
    'status', m.status, 'closed', coalesce(m.n_closed, 0), 'open', coalesce(m.n_open, 0),
    'median', m.km_median_seconds, 'low', m.km_lo95_seconds, 'high', m.km_hi95_seconds,
    'p25', m.p25_seconds, 'p75', m.p75_seconds, 'oldestOpen', m.oldest_open_seconds)
    order by array_position(
      array['new', 'contacted', 'qualified', 'tour_scheduled', 'application'], m.status)) as data
  from metric_time_in_status m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
flagged as (
  select
    m.day,
    string_agg(
      case m.metric
        when 'total_status_changes' then 'status changes'
        when 'creations' then 'new leads'
        when 'response_within_1h' then 'answered within an hour'
        when 'sync_success_rate' then 'changes carried over'
        when 'notification_delivery_rate' then 'notifications delivered'
        else m.metric
      end || ', ' || m.note, '; ' order by m.metric desc) as flag
  from metric_anomalies m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
  group by m.day
),
-- The last day that is over at every property.
full_days as (
  select min((shown.as_of at time zone known_timezone(p.timezone))::date - 1) as last
  from shown
  left join property p on shown.property_id is null or p.id = shown.property_id
),
by_day as (
  select m.day, sum(m.changes) as changes
  from metric_daily m, shown, full_days
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id and m.day <= full_days.last
  group by m.day
  order by m.day desc
  limit 28
),
days as (
  select jsonb_agg(jsonb_build_object(
    'day', to_char(d.day, 'YYYY-MM-DD'), 'changes', d.changes, 'flag', f.flag)
    order by d.day) as data
  from by_day d
  left join flagged f on f.day = d.day
),
deliveries as (
  select jsonb_agg(jsonb_build_object(
    'kind', m.kind, 'channel', m.channel_or_direction, 'delivered', m.delivered,
    'failed', m.failed, 'bounced', m.bounced, 'expired', m.expired, 'pending', m.pending, 'rate', m.rate, 'low', m.lo95, 'high', m.hi95)
    order by m.kind, m.channel_or_direction) as data
  from metric_delivery m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
properties as (
  select jsonb_agg(jsonb_build_object(
    'id', property_id, 'name', property_name, 'maturity', maturity,
    'leads', coalesce(leads, 0), 'leased', coalesce(leased, 0),
    'rate', rate, 'low', low, 'high', high)
    order by property_name nulls last, property_id, maturity) as data
  from (
    select
      m.property_id,
      m.property_name,
      m.maturity,
      max(m.reached) filter (where m.status = 'new') as leads,
      max(m.reached) filter (where m.status = 'leased') as leased,
      max(m.overall_rate) filter (where m.status = 'leased') as rate,
      max(m.overall_lo95) filter (where m.status = 'leased') as low,
      max(m.overall_hi95) filter (where m.status = 'leased') as high
    from metric_funnel m, shown
    where m.as_of = shown.as_of and m.scope = 'property' and m.status in ('new', 'leased')
      and ($3::uuid is null or m.property_id = $3::uuid)
    group by m.property_id, m.property_name, m.maturity
  ) p
),
changes as (
  select jsonb_agg(jsonb_build_object(
    'metric', m.metric, 'status', m.status, 'previous', m.previous, 'current', m.current,
    'verdict', m.verdict) order by m.metric, m.status) as data
  from metric_changes m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
stalled as (
  select m.*
  from metric_stalled m, shown
  where m.as_of = shown.as_of and m.scope = 'property'
    and ($3::uuid is null or m.property_id = $3::uuid)
),
stalled_first as (
  select jsonb_agg(jsonb_build_object(
    'lead', resman_lead_id, 'property', property_name, 'status', status,
    'seconds', open_seconds, 'usual', p90_seconds)
    order by open_seconds desc, resman_lead_id) as data
  from (select * from stalled order by open_seconds desc, resman_lead_id limit 10) s
),
unanswered as (
  select m.*
  from metric_unanswered m, shown
  where m.as_of = shown.as_of and m.scope = 'property'
    and ($3::uuid is null or m.property_id = $3::uuid)
),
unanswered_first as (
  select jsonb_agg(jsonb_build_object(
    'lead', resman_lead_id, 'property', property_name, 'seconds', waiting_seconds,
    'atLeast', not from_creation, 'agent', agent_name)
    order by waiting_since desc, resman_lead_id) as data
  from (select * from unanswered order by waiting_since desc, resman_lead_id limit 10) u
),
unanswered_of as (
  select
    grouping(agent_name) = 0 as of_agent,
    property_id,
    agent_name,
    max(property_name) as property_name,
    count(*) filter (where not over_48h) as over_24h,
    count(*) filter (where over_48h) as over_48h
  from unanswered
  group by grouping sets ((property_id), (agent_name))
),
answered_of as (
  select
    m.property_id,
    jsonb_object_agg(m.metric, jsonb_build_object(
      'numerator', m.numerator, 'denominator', m.denominator, 'value', m.value,
      'lo95', m.lo95, 'hi95', m.hi95, 'unit', m.unit, 'note', m.note)) as data
  from metric_performance m, shown
  where m.as_of = shown.as_of and m.scope = 'property'
    and m.metric in ('response_within_1h_office_hours', 'response_within_1h_other_hours')
  group by m.property_id
),
unanswered_groups as (
  select
    jsonb_agg(jsonb_build_object(
      'id', u.property_id, 'name', u.property_name, 'over24h', u.over_24h, 'over48h', u.over_48h,
      'answered', coalesce(a.data, '{}'))
      order by u.over_48h desc, u.over_24h desc, u.property_name, u.property_id)
      filter (where not u.of_agent) as properties,
    jsonb_agg(jsonb_build_object(
      'name', u.agent_name, 'over24h', u.over_24h, 'over48h', u.over_48h, 'answered', '{}'::jsonb)
      order by u.over_48h desc, u.over_24h desc, u.agent_name) filter (where u.of_agent) as agents
  from unanswered_of u
  left join answered_of a on a.property_id is not distinct from u.property_id and not u.of_agent
),
weeks as (
  select jsonb_agg(jsonb_build_object(
    'metric', m.metric, 'basis', m.basis, 'start', to_char(m.week_start, 'YYYY-MM-DD'), 'ago', m.weeks_ago,
    'isComplete', m.complete, 'numerator', m.numerator, 'denominator', m.denominator, 'value', m.value)
    order by m.weeks_ago, m.metric) as data
  from metric_weeks m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
curves as (
  select jsonb_agg(jsonb_build_object(
    'curve', m.curve, 'day', m.day, 'leads', m.leads, 'reached', m.reached, 'waiting', m.waiting,
    'probability', m.probability, 'low', m.lo95, 'high', m.hi95) order by m.curve desc, m.day) as data
  from metric_curves m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
-- The night's own page shows what is open; a page without a run what was open at as_of.
waiting as (
  select i.*, p.name
  from review_item i
  left join property p on p.id = i.property_id
  cross join shown
  where ($2::uuid is null or i.state = 'open')
    and ($2::uuid is not null
      or i.first_seen <= shown.as_of
      and (i.state = 'open' or coalesce(i.answered_at, i.last_seen) > shown.as_of))
    and (shown.property_id is null or i.property_id = shown.property_id)
),
reviews as (
  select jsonb_agg(jsonb_build_object(
    'lead', resman_lead_id, 'property', name, 'domiq', domiq_raw, 'resman', resman_raw,
    'verdict', verdict, 'reason', reason,
    'since', to_char(first_seen at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    order by first_seen, resman_lead_id) as data
  from (select * from waiting order by first_seen, resman_lead_id limit 10) w
),
night as (
  select jsonb_build_object(
    'runID', r.id, 'mode', r.mode, 'full', r.summary -> 'full', 'pulled', r.summary -> 'pulled',
    'properties', r.summary #> '{pull,properties}',
    'incomplete', (
      select count(distinct gap ->> 'property_id')
      from jsonb_array_elements(coalesce(r.summary #> '{pull,incomplete}', '[]')) as gap)
      + jsonb_array_length(coalesce(r.summary #> '{pull,property_faults}', '[]')),
    'unseen', r.summary #> '{pull,unseen}',
    'seen', r.summary #> '{agreement,seen}', 'agreedBefore', r.summary #> '{agreement,before}',
    'agreedAfter', r.summary #> '{agreement,after}',
    'takenOver', r.summary #> '{backfill,taken_over}',
    'backfilled', r.summary #> '{backfill,leads}',
    'verdicts', coalesce(r.summary -> 'verdicts', '{}'), 'logged', r.summary -> 'logged',
    'planned', r.summary -> 'planned', 'outcomes', coalesce(r.summary -> 'outcomes', '{}'),
    'converged', r.summary -> 'converged', 'exitCodes', r.summary -> 'exit_codes') as data
  from sync_run r, shown
  where r.id = shown.run_id and r.summary is not null
),
judged as (
  select a.*
  from drift_alarm a, shown
  where a.run_id = shown.run_id
    and (shown.property_id is null or a.property_id = shown.property_id)
),
standouts as (
  select jsonb_agg(jsonb_build_object(
    'id', property_id, 'property', property_name, 'verdict', verdict, 'leads', leads,
    'drifted', drifted, 'expected', expected_rate) order by place) as data
  from (
    select *, row_number() over (order by verdict, q_value, cusum desc, property_id) as place
    from judged
    where verdict in ('jump', 'leak')
    order by place
    limit 10) first
),
alarms as (
  select jsonb_build_object(
    'judged', count(*) filter (where j.verdict <> 'insufficient_history'),
    'raised', count(*) filter (where j.verdict in ('jump', 'leak')),
    'standouts', coalesce((select data from standouts), '[]'),
    'insufficient', count(*) filter (where j.verdict = 'insufficient_history'),
    'longest', max(j.nights) filter (where j.verdict = 'insufficient_history'),
    'unread', count(*) filter (where j.run_id is null)) as data
  from shown
  join run_property p on p.run_id = shown.run_id
    and (shown.property_id is null or p.property_id = shown.property_id)
  left join judged j on j.property_id = p.property_id
  having count(*) > 0
),
of_targets as (
  select m.*
  from metric_alerts m, shown
  where m.as_of = shown.as_of
    and ($3::uuid is null or m.property_id = $3::uuid)
),
targets as (
  select jsonb_build_object(
    'met', count(*) filter (where verdict = 'met'),
    'missedCount', count(*) filter (where verdict = 'missed'),
    'open', count(*) filter (where verdict not in ('met', 'missed')),
    'missed', coalesce((
      select jsonb_agg(jsonb_build_object(
        'target', target, 'property', property_name, 'figure', figure, 'status', status, 'value', value, 'n', n,
        'unit', unit, 'limitKind', limit_kind, 'limit', limit_value, 'baseline', baseline, 'weeks', weeks)
        order by target, property_name, property_id)
      from (
        select * from of_targets where verdict = 'missed' order by target, property_name, property_id limit 10
      ) as first), '[]')) as data
  from of_targets
  having count(*) > 0
),
quality as (
  select jsonb_agg(jsonb_build_object(
    'issue', m.issue, 'count', m.count, 'total', m.total, 'note', m.note) order by m.issue) as data
  from metric_data_quality m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
restated as (
  select count(*) as figures, count(distinct m.day) as days
  from metric_restatements m, shown
  where m.as_of = shown.as_of and m.scope = shown.scope
    and m.property_id is not distinct from shown.property_id
),
zones as (
  select case count(distinct known_timezone(p.timezone))
    when 0 then 'UTC' when 1 then min(known_timezone(p.timezone)) else 'mixed' end as timezone
  from property p
  cross join shown
  where shown.property_id is null or p.id = shown.property_id
),
-- Days counted back from as_of, as dates.
history as (
  select jsonb_object_agg(m.metric, to_char(
    (shown.as_of at time zone
      case zones.timezone when 'mixed' then 'UTC' else zones.timezone end)::date - m.value::integer,
    'YYYY-MM-DD')) as data
  from shown
  cross join zones
  join metric_performance m
    on m.as_of = shown.as_of and m.scope = shown.scope
      and m.property_id is not distinct from shown.property_id
  where m.metric in ('history_days', 'funnel_whole_days') and m.value is not null
),
measured as (
  select min(m.window_start) as window_start, max(m.window_end) as window_end
  from metric_funnel m, shown
  where m.as_of = shown.as_of
)
select jsonb_build_object(
  'asOf', to_char((select as_of from shown) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'windowStart',
    to_char((select window_start from measured) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'windowEnd',
    to_char((select window_end from measured) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'timezone', (select timezone from zones),
  'historySince', (select data -> 'history_days' from history),
  'wholeSince', (select data -> 'funnel_whole_days' from history),
  'figures', coalesce((select data from figures), '{}'),
  'funnel', coalesce((select data from funnel), '{}'),
  'portfolioRates', (select data from portfolio),
  'timeInStatus', coalesce((select data from stays), '[]'),
  'days', coalesce((select data from days), '[]'),
  'deliveries', coalesce((select data from deliveries), '[]'),
  'properties', coalesce((select data from properties), '[]'),
  'changes', coalesce((select data from changes), '[]'),
  'stalled', coalesce((select data from stalled_first), '[]'),
  'stalledCount', (select count(*) from stalled),
  'unanswered', coalesce((select data from unanswered_first), '[]'),
  'unansweredByProperty', coalesce((select properties from unanswered_groups), '[]'),
  'unansweredByAgent', coalesce((select agents from unanswered_groups), '[]'),
  'weeks', coalesce((select data from weeks), '[]'),
  'curves', coalesce((select data from curves), '[]'),
  'reviews', coalesce((select data from reviews), '[]'),
  'reviewCount', (select count(*) from waiting),
  'night', (select data from night),
  'alarms', (select data from alarms),
  'targets', (select data from targets),
  'quality', coalesce((select data from quality), '[]'),
  'restatedCount', (select figures from restated),
  'restatedDays', (select days from restated)) as page

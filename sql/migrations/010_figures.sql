-- What the columns mean that are computed now, and what was not said of them before.
comment on column metric_funnel.overall_min is
  'Lowest overall_rate that answers to the reviews open at as_of could give';
comment on column metric_funnel.overall_max is
  'Highest overall_rate that answers to the reviews open at as_of could give';
comment on column metric_conversion.advanced_7d is
  'Probability of advancing within 7 days of entering, lost competing (Aalen-Johansen); null: nobody was followed that long';
comment on column metric_delivery.delivered is
  'Delivered in the end. email, sms and slack can only say accepted: by the mail server, the provider, Slack; in_app is delivered to the inbox';
comment on column metric_delivery.expired is
  'Pending over 24 hours, or given up after them; null for sync';
comment on column metric_performance.unit is 'count, rate, seconds or rank';
comment on column metric_changes.previous is
  'Figure of the window of the same length before, looked at as of the same age; null: the history does not cover it';
comment on column metric_changes.lo95 is
  'Lower end of the 95 % interval of the difference: Newcombe''s method 10 for shares, exact conditional for counts; null for times';
comment on column metric_changes.hi95 is 'Upper end of the same interval';
comment on column metric_changes.p_value is
  'p-value of no difference: score test for shares, exact conditional Poisson test for counts, log-rank test for times; null below 30';
comment on column metric_changes.q_value is
  'p-value after Benjamini-Hochberg over the properties and steps of the same figure and scope';
comment on column metric_changes.verdict is
  'up or down where q_value is at most 0.1, else no clear change; too few: below 30; null: the history does not cover the window before';
comment on column metric_anomalies.expected is
  'Level times weekday of the four weeks before for a count; their rate for a rate';
comment on column metric_anomalies.score is
  'z of a count, overdispersion allowed for; null for a rate';
comment on column metric_anomalies.p_value is 'Nearer binomial tail of a rate; null for a count';
comment on column metric_restatements.reason is
  'repair, late row, both, settled since, or the lead or its property changed';

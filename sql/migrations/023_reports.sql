-- What the columns of tours can say: when a tour takes place is not known here.
comment on column metric_tours.upcoming is
  'Told as booked, and the lead is in tour_scheduled still: the tour is to come, or nobody told how it ended';
comment on column metric_tours.not_recorded_as_shown is
  'Recorded as not come, or told as booked and the lead is in tour_scheduled no more';
comment on column metric_tours.showed_rate is
  'showed / (showed + not_recorded_as_shown): without the tours of which no end is told; null: their sum is 0';
comment on column metric_tours.lo95 is
  'Lower end of the 95 % Wilson interval of showed_rate; null: showed_rate is';
comment on column metric_tours.hi95 is
  'Upper end of the 95 % Wilson interval of showed_rate; null: showed_rate is';
comment on column metric_tours_revision.upcoming is
  'Told as booked, and the lead is in tour_scheduled still: the tour is to come, or nobody told how it ended';
comment on column metric_tours_revision.not_recorded_as_shown is
  'Recorded as not come, or told as booked and the lead is in tour_scheduled no more';
comment on column metric_tours_revision.showed_rate is
  'showed / (showed + not_recorded_as_shown): without the tours of which no end is told; null: their sum is 0';
comment on column metric_tours_revision.lo95 is
  'Lower end of the 95 % Wilson interval of showed_rate; null: showed_rate is';
comment on column metric_tours_revision.hi95 is
  'Upper end of the 95 % Wilson interval of showed_rate; null: showed_rate is';

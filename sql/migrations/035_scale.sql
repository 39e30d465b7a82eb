-- What keeps each statement of a night in proportion to its leads, whatever the planner knows of them.

-- Repairs that have no outcome yet, in the order in which they are taken batch by batch.
create index drift_waiting on drift (run_id, action, (target in ('leased', 'lost')), resman_lead_id)
  where outcome is null and action in ('push', 'pull');

-- What people answered about one lead before.
create index review_item_answered on review_item (resman_lead_id) where answered_at is not null;

-- Nothing reads drift by lead alone, and a first night writes a row of it for every lead.
drop index drift_lead;

-- One row is one stay that a figure of this window, of the one before, or of now may need. Stands before
-- visit itself while the transaction lasts, so that the figures do not read the history again and again.
create temporary table visit on commit drop as
with bounds as (
  select
    least(
      window_start - (window_end - window_start),
      least(window_end, as_of) - interval '38 days') as beginning
  from measure_scope
  where scope = 'portfolio'
)
select visit.*
from visit
cross join bounds
where visit.entered_at >= bounds.beginning
  or visit.created_at >= bounds.beginning
  or visit.left_at is null
  or visit.noop_at is not null
  or visit.lead in (select resman_lead_id from review_item)

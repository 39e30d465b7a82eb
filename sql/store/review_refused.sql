-- Grain: one question about a push that ResMan refused (422), from the run's drift row.
insert into review_item (
  property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
  verdict, rule, reason, first_seen, first_run, last_seen, last_run, domiq_version, resman_version,
  refused)
select property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
  verdict, rule, $4, $3::timestamptz, run_id, $3::timestamptz, run_id,
  domiq_version, resman_version, true
from drift
where run_id = $1::uuid and resman_lead_id = $2
on conflict (resman_lead_id) where state in ('open', 'accepted', 'ignored') do update set
  reason = excluded.reason, refused = true, state = 'open',
  last_seen = excluded.last_seen, last_run = excluded.last_run,
  domiq_version = excluded.domiq_version, resman_version = excluded.resman_version

-- Grain: one row a question: asked anew, come back (an accepted pair that moved, an ignore that ran
-- out), or seen once more. What a person answered before stays on the item until the next answer.
with standing as (
  select i.resman_lead_id, i.state
  from review_item i
  where i.state in ('open', 'accepted', 'ignored')
),
asked as (
  insert into review_item (
    property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
    verdict, rule, reason, first_seen, first_run, last_seen, last_run,
    domiq_version, resman_version)
  select property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
    case when outcome = 'parked' then 'flapping' else verdict end, rule, reason,
    $2::timestamptz, run_id, $2::timestamptz, run_id, domiq_version, resman_version
  from drift
  where run_id = $1::uuid and (action = 'review' or outcome = 'parked')
  on conflict (resman_lead_id) where state in ('open', 'accepted', 'ignored') do update set
    property_id = excluded.property_id,
    conversation_id = excluded.conversation_id,
    base = excluded.base,
    domiq_raw = excluded.domiq_raw,
    domiq = excluded.domiq,
    resman_raw = excluded.resman_raw,
    resman = excluded.resman,
    verdict = excluded.verdict,
    rule = excluded.rule,
    reason = excluded.reason,
    state = 'open',
    last_seen = excluded.last_seen,
    last_run = excluded.last_run,
    domiq_version = excluded.domiq_version,
    resman_version = excluded.resman_version,
    ignore_until = null
  returning resman_lead_id
)
select coalesce(s.state <> 'open', true) as is_new
from asked a
left join standing s on s.resman_lead_id = a.resman_lead_id

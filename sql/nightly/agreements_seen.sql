-- Grain: one row per lead whose sides agree although one of them cannot show the status that was logged (a lens):
-- what each showed is what it shows of the agreement. Follows log_agreements.
update lead l
set domiq_agreed = d.domiq, resman_agreed = d.resman
from drift d
where d.run_id = $1::uuid and d.action = 'log' and d.resman_lead_id = l.resman_lead_id
  and (d.domiq <> d.target or d.resman <> d.target)

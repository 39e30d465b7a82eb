-- Grain: one lead, as a read of its own showed each side; null: that side was not read.
update lead set
  domiq_agreed = case when domiq = base then base else domiq_agreed end,
  resman_agreed = case
    when resman = base and not resman_acknowledged then base else resman_agreed end,
  resman_acknowledged = resman_acknowledged and $5::text is null,
  domiq_raw = coalesce($2::text, domiq_raw),
  domiq = case when $2::text is null then domiq else $3::text end,
  domiq_version = case when $2::text is null then domiq_version else $4::text end,
  resman_raw = coalesce($5::text, resman_raw),
  resman = case when $5::text is null then resman else $6::text end,
  resman_version = case when $5::text is null then resman_version else $7::text end
where resman_lead_id = $1

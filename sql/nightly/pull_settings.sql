-- One row: the setting that agreed_leads reads, until the session sets it again: COPY takes no parameters.
--   pull.property_id  uuid  $1: the property
select set_config('pull.property_id', $1, false)

-- Grain: one proposal of an earlier comparison of the property $1.
delete from link_proposal where property_id = $1

-- Grain: one row: how many questions wait for a person.
select count(*) as open from review_item where state = 'open'

-- Grain: one row: questions that wait for a person.
select count(*) as open from review_item where state = 'open'

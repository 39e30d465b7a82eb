-- Grain: one question, answered by a person.
update review_item
set state = $2, answer = $3, answered_at = $4::timestamptz, answer_reason = $5,
  ignore_until = $6::timestamptz, answered_by = $7
where id = $1::bigint and state in ('open', 'accepted', 'ignored')

-- Who answered a question.
alter table review_item add column answered_by text;
comment on column review_item.answered_by is
  'Who gave the answer: --by, else the account that ran the command; null before there was this column';

-- Scores keep their fractions; a pull is held against what the one before saw.

-- A condition compares a score as it was sent: 69.99 is less than 70.
alter table lead alter column lead_score type double precision;
alter table stage_domiq alter column lead_score type double precision;
alter table stage_resman alter column lead_score type double precision;
alter table stage_diff alter column lead_score type double precision;
alter table lead_score_change
  alter column old_score type double precision,
  alter column new_score type double precision,
  alter column delta type double precision;

-- What the next complete pull has to show again; counted in rows, several conversations of one lead
-- apart. Null until the first pull that counts them.
alter table pull_cursor
  add column leads bigint,
  add column recent bigint;
comment on column pull_cursor.leads is 'Rows of the last complete full pull; null: none was since they are counted';
comment on column pull_cursor.recent is
  'Of the rows of the last complete pull, those that an incremental one has to show again: as new as the watermark less the overlap';
comment on column pull_cursor.watermark is
  'Newest updated_at seen in complete pulls, of those that are not later than the start of their run; the next pull asks from a little before it; null: it asks for everything';

-- Until now a single stamp from the future moved a watermark past every later change: each property is
-- read in full once.
update pull_cursor set watermark = null;

alter table run_pull add column future_versions bigint not null default 0;
comment on column run_pull.future_versions is
  'Records whose updated_at was more than five minutes ahead of the moment they were read';
comment on column stage_domiq.flags is
  '1 email, 2 phone, 4 tour_datetime, 8 income_verification, 16 id perhaps seen before in this pull, 32 updated_at is from the future';
comment on column stage_resman.flags is
  '1 email, 2 phone, 4 tour_datetime, 8 income_verification, 16 id perhaps seen before in this pull, 32 updated_at is from the future';

-- An erasure may empty several words of one table of figures. Two rows of one measurement may not have the same words, so
-- each word is replaced by a label of its own.

-- As before, and besides "erased N" the schema takes "erased N.k": the word k of those that the erasure N emptied.
create or replace function revision_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_nargs = 1 and current_user = 'status_sync_eraser'
    and to_jsonb(new) - tg_argv[0] = to_jsonb(old) - tg_argv[0]
    and exists (
      select from erasure
      where id::text = substring(
        to_jsonb(new) ->> tg_argv[0] from '^erased ([0-9]+)([.][1-9][0-9]*)?$'))
  then
    return new;
  end if;
  raise exception 'figures of % were published: % refused', tg_table_name, tg_op
    using errcode = 'restrict_violation',
      hint = 'A measurement ends revisions and begins others.';
end
$$;

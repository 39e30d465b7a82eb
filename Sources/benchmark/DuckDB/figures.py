"""The figures of the comparison, by DuckDB: figures.py LOG.csv OUTPUT_DIRECTORY AS_OF DAYS

Reads the change log as exported, computes over the DAYS before AS_OF the funnel by property, the
transitions with mean and median, the time in status, and the daily counts, writes each as CSV, and
prints one JSON object: seconds, and totals to hold against the other side's.
"""

import json
import sys
import time

import duckdb

log, output, as_of, days = sys.argv[1:5]
start = time.monotonic()
db = duckdb.connect()
db.execute("set timezone = 'UTC'")
db.execute("set preserve_insertion_order = false")
db.execute(
    f"""
    create table log as
    select * from read_csv('{log}', header = true, columns = {{
      'lead': 'varchar', 'property_id': 'uuid', 'happened': 'timestamptz', 'seq': 'bigint',
      'old_status': 'varchar', 'new_status': 'varchar', 'updated_by': 'varchar',
      'sync_direction': 'varchar', 'sync_status': 'varchar', 'bridged': 'boolean'}})
    """
)
read = time.monotonic() - start

# One row is one stay: rows that set the status the lead has are left out.
db.execute(
    f"""
    create table stay as
    with own as (
      select *, lag(new_status) over (partition by lead order by happened, seq) as held
      from log
      where sync_status = 'success' and not bridged and happened <= timestamptz '{as_of}'
    ),
    change as (
      select * from own where held is distinct from new_status
    )
    select
      lead, property_id, new_status as status, held as previous, updated_by, sync_direction,
      happened as entered_at,
      lead(happened) over whole as left_at,
      lag(happened) over whole as previous_at,
      first_value(happened) over whole as created_at
    from change
    window whole as (partition by lead order by happened, seq)
    """
)
window = f"(timestamptz '{as_of}' - interval '{days} days')"
rank = (
    "list_position(['new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased'],"
    " status) - 1"
)
figures = {
    "funnel": f"""
      with highest as (
        select property_id, lead, max({rank}) as highest
        from stay
        where created_at >= {window} and entered_at <= created_at + interval '90 days'
        group by property_id, lead
      )
      select property_id, step, count(*) filter (where highest >= step) as reached
      from highest, range(6) as steps(step)
      group by grouping sets ((property_id, step), (step))
      order by property_id nulls first, step
      """,
    "transitions": f"""
      select property_id, previous, status, count(*) as n, count(distinct lead) as leads,
        avg(epoch(entered_at - previous_at)) as mean, median(epoch(entered_at - previous_at)) as median
      from stay
      where entered_at >= {window} and previous is not null
      group by grouping sets ((property_id, previous, status), (previous, status))
      order by property_id nulls first, n desc, previous, status
      """,
    "time_in_status": f"""
      select property_id, status, count(left_at) as closed, count(*) - count(left_at) as open,
        avg(epoch(left_at - entered_at)) as mean,
        quantile_cont(epoch(left_at - entered_at), [0.25, 0.5, 0.75, 0.9]) as quantiles
      from stay
      where entered_at >= {window} and status not in ('leased', 'lost')
      group by grouping sets ((property_id, status), (status))
      order by property_id nulls first, status
      """,
    "daily": f"""
      select property_id, entered_at::date as day, sync_direction, updated_by,
        count(previous) as changes, count(*) - count(previous) as creations
      from stay
      where entered_at >= {window}
      group by grouping sets (
        (property_id, entered_at::date, sync_direction, updated_by),
        (entered_at::date, sync_direction, updated_by))
      order by property_id nulls first, day, sync_direction, updated_by
      """,
}
for name, query in figures.items():
    db.execute(f"copy ({query}) to '{output}/{name}.csv' (header)")

seconds = time.monotonic() - start
leased = db.execute(
    f"select sum(reached) from read_csv('{output}/funnel.csv') where step = 5 and property_id is null"
).fetchone()[0]
changes = db.execute(
    f"select sum(n) from read_csv('{output}/transitions.csv') where property_id is null"
).fetchone()[0]
print(
    json.dumps(
        {
            "seconds": seconds,
            "read_seconds": read,
            "leased": int(leased or 0),
            "changes": int(changes or 0),
        }
    )
)

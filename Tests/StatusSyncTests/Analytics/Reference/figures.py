"""What DuckDB and pm4py say of the logs that events.R writes: one line a figure, name and value.

  python3 -m venv v && v/bin/pip install duckdb==2.0.0 pm4py==2.7.23.11
  for by in duckdb pm4py; do v/bin/python -P figures.py $by > figures-$by.tsv; done

Python older than 3.11 does not know -P, and takes statistics.py of this folder for its own module. The names
are those of metric_long: the table and the column, then what tells the rows apart.
"""
import sys
from pathlib import Path

import duckdb
import pandas
import pm4py

FOLDER = Path(__file__).parent
STEPS = ["new", "contacted", "qualified", "tour_scheduled", "application", "leased"]

# What ReferenceLog.swift measures, and the days that are compared: macros of DuckDB.
LOGS = {
    "pbcseq": {
        "zone": "'America/Chicago'",
        "as_of": "timestamptz '1984-01-01 00:00Z'",
        "window_start": "timestamptz '1974-01-01 00:00Z'",
        "window_end": "timestamptz '1984-01-01 00:00Z'",
        "funnel_days": "1825",
        "distribution_days": "generate_series(date '1973-12-31', date '1983-12-31', '1 year')::date[]",
        "daily_from": "date '1973-12-31'",
        "daily_to": "date '1974-06-30'",
    },
    "jasa": {
        "zone": "'America/Los_Angeles'",
        "as_of": "timestamptz '1974-04-01 00:00Z'",
        "window_start": "timestamptz '1969-01-01 00:00Z'",
        "window_end": "timestamptz '1974-01-01 00:00Z'",
        "funnel_days": "365",
        "distribution_days": "generate_series(date '1968-12-31', date '1973-12-31', '3 months')::date[]",
        "daily_from": "date '1970-01-01'",
        "daily_to": "date '1970-06-30'",
    },
}


def say(name, value):
    print(f"{name}\t{'NA' if value is None else repr(float(value))}")


def by_duckdb(log):
    db = duckdb.connect()
    db.execute("set timezone = 'UTC'")
    db.execute(f"create macro log_file() as '{FOLDER / log}.csv'")
    for name, value in LOGS[log].items():
        db.execute(f"create macro {name}() as {value}")
    db.execute((FOLDER / "figures.sql").read_text())
    for name, value in db.execute("select name, value from figure order by rowid").fetchall():
        say(f"{log}.{name}", value)


def during(log, start, end):
    return pm4py.filter_time_range(log, f"{start} 00:00:00", f"{end} 00:00:00", mode="events")


def cases(log):
    return log["case:concept:name"].nunique()


def by_pm4py():
    """Of pbcseq, whose window has every event up to as_of, so that pm4py's definitions are ours."""
    rows = pandas.read_csv(FOLDER / "pbcseq.csv", parse_dates=["day"])
    rows = rows.sort_values(["lead", "day"], kind="stable")
    # A visit that finds the stage of the visit before changes nothing.
    rows = rows[rows["status"] != rows.groupby("lead")["status"].shift()]
    whole = pm4py.format_dataframe(
        rows, case_id="lead", activity_key="status", timestamp_key="day")
    log = during(whole, "1974-01-01", "1984-01-01")

    # All leads are created at one time, so that the funnel windows of 1,825 days end at one time, too.
    progress = during(log, "1974-01-01", "1978-12-31")
    visited = pm4py.get_event_attribute_values(progress, "concept:name", count_once_per_case=True)
    for rank, status in enumerate(STEPS):
        reached = cases(progress)
        if rank > 0:
            reached = cases(pm4py.filter_event_attribute_values(
                progress, "concept:name", STEPS[rank:], level="case"))
        say(f"pbcseq.funnel.reached.all.{status}", reached)
        say(f"pbcseq.funnel.visited.all.{status}", visited.get(status, 0))
        say(f"pbcseq.funnel.overall_rate.all.{status}", reached / cases(progress))

    counts, starts, ends = pm4py.discover_dfg(log)
    entered = pm4py.get_event_attribute_values(log, "concept:name", count_once_per_case=True)
    # A stay as an event with a start and an end; one that still lasts has no end.
    stays = log.assign(end=log.groupby("case:concept:name")["time:timestamp"].shift(-1)).dropna()
    means = pm4py.get_service_time(stays, timestamp_key="end", start_timestamp_key="time:timestamp")
    for rank, status in enumerate(STEPS[:4]):
        higher = [(status, other) for other in STEPS[rank + 1:]]
        advanced = cases(pm4py.filter_eventually_follows_relation(log, higher))
        say(f"pbcseq.conversion.entered.{status}", entered[status])
        say(f"pbcseq.conversion.advanced.{status}", advanced)
        say(f"pbcseq.conversion.rate.{status}", advanced / entered[status])
        say(f"pbcseq.time_in_status.n_closed.{status}", (stays["concept:name"] == status).sum())
        say(f"pbcseq.time_in_status.mean_seconds.{status}", means[status])
        say(f"pbcseq.time_in_status.n_in_status.{status}", ends[status])
        say(f"pbcseq.distribution.created.1973-12-31.{status}", starts[status])
    for status in sorted(ends):
        say(f"pbcseq.distribution.leads.1983-12-31.{status}", ends[status])

    times, _, _ = pm4py.discover_performance_dfg(log)
    for pair in sorted(counts):
        leads = cases(pm4py.filter_directly_follows_relation(log, [pair]))
        say(f"pbcseq.transitions.count.{'.'.join(pair)}", counts[pair])
        say(f"pbcseq.transitions.leads.{'.'.join(pair)}", leads)
        say(f"pbcseq.transitions.mean_seconds.{'.'.join(pair)}", times[pair]["mean"])
        say(f"pbcseq.transitions.median_seconds.{'.'.join(pair)}", times[pair]["median"])
    say("pbcseq.total_status_changes", sum(counts.values()))
    say("pbcseq.creations", cases(log))


if sys.argv[1] == "duckdb":
    for log in LOGS:
        by_duckdb(log)
else:
    by_pm4py()

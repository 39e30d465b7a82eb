import Leads

/// The files of single figures, and of what needs attention.
extension DataDictionary {
  package static let performance = metric(
    "performance", "Named figures",
    grain: "One named figure; a figure that cannot be known is empty, with a note.",
    key: ["metric"], sort: [.ascending("metric")],
    [
      .text("metric", "Name of the figure."),
      .number(
        "numerator", "Numerator of a rate, or the sum behind a mean.", null: "none, or not known"),
      .number(
        "denominator", "Denominator of a rate, or how many the figure rests on.",
        null: "none, or not known"),
      .number("value", "The figure, in unit.", null: "cannot be known; note says why"),
      .number("lo95", "Lower end of its 95 % interval.", null: "no interval applies"),
      .number("hi95", "Upper end of its 95 % interval.", null: "no interval applies"),
      .text("unit", "count, rate, seconds, days or rank.", null: "none"),
      .text("note", "What is counted, or why the value is empty.", null: "nothing to add"),
    ])

  package static let changes = metric(
    "changes", "Against the window before",
    grain: "One figure of the window against the same figure of the window before.",
    key: ["metric", "status"], sort: [.ascending("metric"), .status("status")],
    [
      .text("metric", "Name of the figure; rates from 0 to 1, times in seconds, else counts."),
      .text("status", "Status it is about.", null: "about no single status"),
      .number(
        "previous",
        "Figure of the window of the same length before, looked at as of the same age.",
        null: "the history does not cover it, or not reached"),
      .number("current", "Figure of this window.", null: "not known, or not reached"),
      .number("difference", "current - previous.", null: "either is not known"),
      .number(
        "lo95",
        "Lower end of the 95 % interval of the difference: Newcombe's method 10 for rates, exact "
          + "conditional for counts.", null: "a time, or not known"),
      .number("hi95", "Upper end of the same interval.", null: "a time, or not known"),
      .probability(
        "p_value",
        "p-value of no difference: score test for rates, exact conditional Poisson test for counts, "
          + "log-rank test for times.", null: "not tested: too few, or not covered"),
      .probability(
        "q_value",
        "p-value after Benjamini-Hochberg over portfolio, properties and steps of the same figure.",
        null: "not tested"),
      .text(
        "verdict",
        "up or down where q_value is at most 0.1, else no clear change; too few: below 30.",
        null: "the history does not cover the window before"),
    ])

  static let anomalies = metric(
    "anomalies", "Days out of line",
    grain: "One day of the last week whose figure is out of line with the four weeks before.",
    key: ["metric", "day"], sort: [.ascending("metric"), .ascending("day")],
    [
      .text("metric", "Name of the figure."),
      .day("day", "Local day of the property."),
      .text(
        "timezone",
        "IANA name the day is in; for the portfolio the one all properties share, else mixed.",
        null: "not known"),
      .number("observed", "Figure of the day.", null: "not known"),
      .number(
        "expected",
        "Level times weekday of the four weeks before for a count, their rate for a rate.",
        null: "not known"),
      .number(
        "score", "z of a count, overdispersion allowed for; flagged beyond 3.5.", null: "a rate"),
      .probability(
        "p_value", "Nearer binomial tail of a rate; flagged below 0.001.", null: "a count"),
      .text("note", "What was compared, in words.", null: "nothing to add"),
    ])

  package static let stalled = metric(
    "stalled", "Stalled leads",
    grain: "One lead that has stayed in its status longer than nine in ten do.",
    key: ["resman_lead_id"], sort: [.descending("open_seconds"), .ascending("resman_lead_id")],
    [
      .text("resman_lead_id", "The lead, by id; no personal data."),
      .text("status", "Status it is in.", null: "not known"),
      .instant("entered_at", "Since when.", null: "the history starts later"),
      .seconds("open_seconds", "For how long, at as_of.", null: "the history starts later"),
      .seconds(
        "p90_seconds",
        "The status's p90 at the property, or of the portfolio where that is not reached.",
        null: "not reached"),
    ])

  static let restatements = metric(
    "restatements", "Restated figures",
    grain: "One figure already published that a repair or a late row changed.",
    key: ["metric", "day", "status"],
    sort: [.ascending("metric"), .ascending("day"), .status("status")],
    [
      .text("metric", "Name of the figure."),
      .day("day", "Local day it belongs to."),
      .text(
        "timezone",
        "IANA name the day is in; for the portfolio the one all properties share, else mixed.",
        null: "not known"),
      .text("status", "Status it is about.", null: "about no single status"),
      .instant("published_as_of", "as_of of the report that had the old value.", null: "not known"),
      .number("old_value", "As published.", null: "not published before"),
      .number("new_value", "As it is now.", null: "no longer known"),
      .text(
        "reason",
        "repair, late row, both, settled since, or the lead or its property changed.",
        null: "not known"),
    ])

  static let dataQuality = metric(
    "data_quality", "Data quality",
    grain: "One kind of flaw or oddity in the log; kinds that did not occur are there with 0.",
    key: ["issue"], sort: [.ascending("issue")],
    [
      .text("issue", "Name of the flaw."),
      .count("count", of: "as note says", "How often it was seen.", null: "not known"),
      .count("total", of: "as note says", "Of how many.", null: "not known"),
      .text("note", "What count and total count.", null: "nothing to add"),
    ])
}

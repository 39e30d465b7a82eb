/// What analysts load who compute figures of their own: each lead, and every figure in one form.
extension DataDictionary {
  package static let leads = OutputFile(
    name: "leads.csv", title: "Leads",
    grain: "One lead that the log tells of, with the times of its statuses; empty where another "
      + "measurement came before the report was written.",
    source: .metric("lead_times"),
    columns: [
      .instant("as_of", "The instant the row is pinned to; nothing later is counted."),
      .uuid("property_id", "The property.", null: "not known"),
      .text("resman_lead_id", "The lead, by id; the conversation's where the log has no other."),
      .uuid("conversation_id", "The conversation that speaks for DomIQ.", null: "none is known"),
      .text("status", "Status at as_of, as logged."),
      .instant("created_at", "When it was created.", null: "the history starts later"),
      .instant("status_since", "Since when it has the status.", null: "the history starts later"),
    ]
      + ["contacted", "qualified", "tour_scheduled", "application", "leased"].map { status in
        .instant(
          "\(status)_at", "When it first entered \(status).",
          null: "it never did, or before the history")
      } + [
        .instant("lost_at", "When it was first lost.", null: "it never was, or before the history"),
        .count(
          "changes", of: "changes",
          "Changes of its status since its creation, or since the history starts."),
        .flag(
          "is_whole",
          "Whether it is known from its creation: only such leads are in funnels and times."),
        .text("source", "Where it came from first, as last told.", null: "not known"),
      ],
    key: ["as_of", "resman_lead_id"],
    sort: [.ascending("as_of"), .ascending("property_id"), .ascending("resman_lead_id")])

  package static let alerts = metric(
    "alerts", "Targets",
    grain: "One target of the configuration at one place, beside the figure as measured.",
    key: ["target"], sort: [.ascending("target")],
    [
      .text("target", "Name of the target in the configuration."),
      .text("figure", "Figure it is about: a named one of performance.csv, or table and column."),
      .text("status", "Status it is about.", null: "about no single status"),
      .number("value", "The figure, in unit.", null: "not known"),
      .number("n", "Denominator of the figure.", null: "it has none, or not known"),
      .text("unit", "count, rate, seconds, days or rank.", null: "not measured"),
      .text(
        "limit_kind",
        "at_least, at_most, or in per cent of the baseline falls_percent, rises_percent."),
      .number("limit_value", "The limit, in unit, or in per cent."),
      .number(
        "baseline",
        "The figure of the newest window that ends before those judged begin.",
        null: "the limit is no per cent, or none was measured"),
      .number(
        "change_percent", "value against baseline, in per cent of it.",
        null: "there is no baseline, or it is 0"),
      .count("min_n", of: nil, "With a smaller n there is no verdict."),
      .count("weeks", of: "weeks", "Weeks running in which it has to be missed."),
      .count("weeks_missed", of: "weeks", "Weeks running in which it was missed, up to weeks."),
      .text(
        "verdict",
        "met, missed, too few (n below min_n), too early (a week or the baseline was not measured) or not known."
      ),
    ])

  /// Read in the database alone: no file has its rows.
  package static let views = [long]

  package static let long = OutputFile(
    name: "metric_long", title: "Every figure in one view",
    grain: "One value of one figure: every column of every metric_ table as a row of its own.",
    source: .metric("metric_long"),
    columns: [
      .instant("as_of", "The instant the figures are pinned to; nothing later is counted."),
      .text("scope", "portfolio: all properties together; property: one."),
      .uuid(
        "property_id", "The property.",
        null: "the portfolio, or leads without a known property"),
      .text(
        "metric",
        "A named figure of metric_performance by its name; else the table without metric_, a dot and the column: "
          + "funnel.reached."),
      .text(
        "dimension",
        "What the row of the table is about beside its scope, as JSON by column: {\"status\": \"leased\"}; "
          + "{}: nothing."),
      .number("value", "The value, in unit.", null: "as the column's own"),
      .number(
        "numerator", "Numerator of a rate, or the sum behind a mean.", null: "none, or not known"),
      .number(
        "denominator", "Denominator of a rate, or how many the figure rests on.",
        null: "none, or not known"),
      .number("lo95", "Lower end of the value's 95 % interval.", null: "it has none"),
      .number("hi95", "Upper end of the value's 95 % interval.", null: "it has none"),
      .text(
        "unit", "count, rate, seconds, days, rank or probability.",
        null: "the unit of the figure that dimension names"),
    ],
    key: ["as_of", "scope", "property_id", "metric", "dimension"],
    sort: ["as_of", "scope", "property_id", "metric", "dimension"].map(SortKey.ascending))
}

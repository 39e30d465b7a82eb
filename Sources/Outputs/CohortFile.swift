/// The funnel by the period in which leads were created.
extension DataDictionary {
  package static let cohorts = metric(
    "cohorts", "Funnel by cohort",
    grain: "One step of the funnel of the leads created in one day, week or month of the window; "
      + "written where `report --cohort` asks for it.",
    key: ["grain", "cohort_start", "step_order", "maturity"],
    sort: [
      .ascending("grain"), .ascending("cohort_start"), .ascending("maturity"),
      .ascending("step_order"),
    ],
    [
      .text("grain", "day, week (from Monday) or month: how long a cohort is."),
      .day(
        "cohort_start",
        "First local day of the period, which may lie before the window; its leads are those of the "
          + "window."),
      .text(
        "timezone",
        "IANA name the day is in; for the portfolio the one all properties share, else mixed.",
        null: "not known"),
      .count("step_order", of: nil, "Rank of the status, 0 new to 5 leased."),
      .text("status", "Canonical status of the step."),
      .text(
        "maturity",
        "mature: only leads created a whole funnel window before as_of; all: every lead of the cohort."
      ),
      .count(
        "reached", of: "leads",
        "Leads whose highest rank within the funnel window of creation is at least this step."),
      .count(
        "visited", of: "leads", "Leads that entered this very status within the funnel window."),
      .count(
        "skipped", of: "leads", "Leads that passed this step without stopping: reached - visited."),
      .rate(
        "overall_rate", "reached / reached of the first step.", null: "no lead in the cohort"),
    ]
      + interval(
        of: "overall_rate", prefix: "overall_", null: "no lead in the cohort")
      + [
        .count(
          "lost", of: "leads",
          "Of the leads that got no further than this step, those lost at the end of their funnel "
            + "window.", null: "the step is leased"),
        .count(
          "open", of: "leads", "Of the leads that got no further than this step, those not lost.",
          null: "the step is leased"),
      ])
}

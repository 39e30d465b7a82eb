import Leads

/// The files about how leads move: funnel, time in status, conversion, transitions.
extension DataDictionary {
  package static let funnel = metric(
    "funnel", "Conversion funnel",
    grain: "One step of the funnel of the leads created in the window.",
    key: ["step_order", "maturity"], sort: [.ascending("maturity"), .ascending("step_order")],
    [
      .count("step_order", of: nil, "Rank of the status, 0 new to 5 leased."),
      .text("status", "Canonical status of the step."),
      .text(
        "maturity",
        "mature: only leads created a whole funnel window before as_of; all: every lead."),
      .count(
        "reached", of: "leads",
        "Leads whose highest rank within the funnel window of creation is at least this step."),
      .count("visited", of: "leads", "Leads that entered this very status in that time."),
      .count(
        "skipped", of: "leads", "Leads that passed this step without stopping: reached - visited."),
      .rate(
        "step_rate", "reached / reached of the step before.",
        null: "the first step, or nobody to count, or a step nobody visited"),
    ]
      + interval(of: "step_rate", prefix: "step_", null: "step_rate is")
      + [
        .rate(
          "overall_rate", "reached / reached of the first step.", null: "no lead in the cohort")
      ]
      + interval(of: "overall_rate", prefix: "overall_", null: "overall_rate is")
      + [
        .count(
          "lost", of: "leads",
          "Leads that got no further than this step and were lost at the end of their window.",
          null: "leased: nothing comes after it"),
        .count(
          "open", of: "leads", "Leads that got no further than this step and were not lost.",
          null: "leased: nothing comes after it"),
        .rate(
          "overall_min", "Lowest overall_rate that answers to open reviews could give.",
          null: "no lead in the cohort"),
        .rate(
          "overall_max", "Highest overall_rate that answers to open reviews could give.",
          null: "no lead in the cohort"),
      ])

  package static let timeInStatus = metric(
    "time_in_status", "Time in status",
    grain: "One non-terminal status: how long the stays begun in the window last.",
    key: ["status"], sort: [.status("status")],
    [
      .text("status", "Status stayed in; never leased or lost."),
      .count("n_closed", of: "stays", "Stays begun in the window that ended by as_of."),
      .count("n_open", of: "stays", "Stays begun in the window that still last at as_of."),
      .seconds(
        "mean_seconds", "Mean of the closed stays only: too short while stays are open.",
        null: "no closed stay"),
      .seconds(
        "km_median_seconds",
        "Half of the leads leave sooner, leads still there taken into account (Kaplan-Meier).",
        null: "not reached: fewer than half have left"),
      .seconds(
        "km_lo95_seconds", "Lower end of the median's 95 % log-log interval.", null: "not reached"),
      .seconds(
        "km_hi95_seconds", "Upper end of the median's 95 % log-log interval.", null: "not reached"),
      .seconds(
        "p25_seconds", "Time by which a quarter have left (Kaplan-Meier).", null: "not reached"),
      .seconds(
        "p75_seconds", "Time by which three quarters have left (Kaplan-Meier).",
        null: "not reached"),
      .seconds(
        "p90_seconds", "Time by which nine in ten have left (Kaplan-Meier).", null: "not reached"),
      .seconds(
        "rmst_90d_seconds", "Restricted mean: expected time in the status within 90 days.",
        null: "follow-up is shorter and stays are open"),
      .seconds(
        "oldest_open_seconds", "Age of the oldest of n_open.", null: "no open stay"),
      .count(
        "n_in_status", of: "leads",
        "Leads in the status at as_of, whenever they came: n_open, and those who came before the window or "
          + "before the history.", null: "measured before there was this column"),
    ])

  static let conversion = metric(
    "conversion", "Conversion from each status",
    grain: "One status: of the cohort's leads that entered it, how many went further.",
    key: ["status"], sort: [.status("status")],
    [
      .text("status", "Status entered, new to application."),
      .count("entered", of: "leads", "Leads of the cohort that entered the status."),
      .count("advanced", of: "leads", "Those that later reached any higher rank."),
      .count("lost", of: "leads", "Those that did not and are lost at as_of."),
      .count(
        "open", of: "leads", "Those that did not and are not lost: the rest of those entered."),
      .rate("rate", "advanced / entered.", null: "nobody entered"),
    ] + interval(of: "rate", null: "rate is")
      + [7, 30, 90].map { days in
        .rate(
          "advanced_\(days)d",
          "Probability of advancing within \(days) days of entering, loss competing (Aalen-Johansen).",
          null: "nobody was followed that long, or nobody entered")
      })

  static let transitions = metric(
    "transitions", "Transitions",
    grain: "One kind of change (from, to) made in the window; creations apart.",
    key: ["from_status", "to_status"],
    sort: [.descending("count"), .status("from_status"), .status("to_status")],
    [
      .text("from_status", "Status left."),
      .text("to_status", "Status entered."),
      .count("count", of: "changes", "How often it was made."),
      .count("leads", of: "leads", "Leads that made it at least once."),
      .rate("share", "count / all changes out of from_status in the window.", null: "no change"),
    ] + interval(of: "share", null: "share is")
      + [
        .flag("legal", "Whether the transition rules allow it in one step."),
        .seconds(
          "mean_seconds", "Mean stay in from_status before it.", null: "no start of a stay is known"
        ),
        .seconds(
          "median_seconds", "Median stay in from_status before it.",
          null: "no start of a stay is known"),
        .count(
          "illegal", of: "changes",
          "Changes outside the transition rules, those carried over step by step apart; they sum to "
            + "illegal in data_quality.csv.", null: "measured before there was this column"),
      ])
}

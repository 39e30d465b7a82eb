import Leads

/// The files about what systems tell of leads beside their status: sources, lost reasons, tours, agents. Without a
/// system that tells any of it they have no rows.
extension DataDictionary {
  package static let sources = metric(
    "sources", "Funnel by source",
    grain: "One step of the funnel of the leads created in the window that came from one source.",
    key: ["kind", "source", "step_order", "maturity"],
    sort: [
      .ascending("maturity"), .ascending("kind"), .ascending("source"), .ascending("step_order"),
    ],
    [
      .text(
        "kind",
        "source; rest: those beyond the 50 largest of the scope together; unknown: no system tells a "
          + "source."),
      .text(
        "source",
        "Where the lead came from first, in the spelling of most records; capitals do not tell "
          + "sources apart.", null: "kind is not source"),
      .count("step_order", of: nil, "Rank of the status, 0 new to 5 leased."),
      .text("status", "Canonical status of the step."),
      .text(
        "maturity",
        "mature: only leads created a whole funnel window before as_of; all: every lead."),
      .count(
        "reached", of: "leads",
        "Leads whose highest rank within the funnel window of creation is at least this step."),
      .rate("overall_rate", "reached / reached of the first step.", null: "no lead"),
    ]
      + interval(of: "overall_rate", prefix: "overall_", null: "no lead")
      + [
        .count(
          "lost", of: "leads",
          "Leads that got no further than this step and were lost at the end of their funnel window.",
          null: "leased: nothing comes after it"),
        .count(
          "open", of: "leads", "Leads that got no further than this step and were not lost.",
          null: "leased: nothing comes after it"),
        .rate(
          "share", "Leads of the source / all leads of the scope and maturity.", null: "no lead"),
      ])

  package static let lostReasons = metric(
    "lost_reasons", "Lost reasons",
    grain: "One reason of the leads that came to be lost in the window and were at its end.",
    key: ["kind", "reason"],
    sort: [.ascending("kind"), .ascending("place"), .ascending("reason")],
    [
      .text(
        "kind",
        "reason; rest: those beyond the 50 most frequent of the scope together; unknown: no system tells "
          + "a reason."),
      .text(
        "reason", "The reason last told, in the spelling of most records.",
        null: "kind is not reason"),
      .count("place", of: nil, "1 for the most frequent reason.", null: "kind is not reason"),
      .count("lost", of: "leads", "Leads lost for this reason."),
      .rate("share", "lost / all leads lost in the window.", null: "no lead was lost"),
    ]
      + interval(of: "share", null: "no lead was lost")
      + [
        .count(
          "lost_before", of: "leads", "The same of the window of equal length before.",
          null: "the history does not cover it"),
        .rate(
          "share_before", "lost_before / all leads lost in that window.",
          null: "the history does not cover it, or no lead was lost"),
        .number("difference", "share - share_before.", null: "either is not known"),
        .number(
          "difference_lo95",
          "Lower end of the 95 % interval of the difference, by Newcombe's method 10.",
          null: "difference is not known"),
        .number(
          "difference_hi95", "Upper end of the same interval.", null: "difference is not known"),
        .text(
          "verdict",
          "up or down where the interval leaves out 0, else no clear change; too few: below 30 lost leads "
            + "in either window. Each reason is tested alone.",
          null: "the history does not cover the window before"),
      ])

  package static let tours = metric(
    "tours", "Tours",
    grain:
      "The leads that came to tour_scheduled in the window, each once, by what is told of the tour.",
    key: [], sort: [],
    [
      .count(
        "booked", of: "leads",
        "Leads with a tour: showed + cancelled + upcoming + not_recorded_as_shown + unknown."),
      .count("showed", of: "leads", "Recorded as shown."),
      .count("cancelled", of: "leads", "Recorded as cancelled."),
      .count(
        "upcoming", of: "leads",
        "Told as booked, and the lead is in tour_scheduled still: the tour is to come, or nobody told "
          + "how it ended."),
      .count(
        "not_recorded_as_shown", of: "leads",
        "Recorded as not come, or told as booked and the lead is in tour_scheduled no more."),
      .count("no_show", of: "leads", "Of these, recorded as not come; not every system can."),
      .count("unknown", of: "leads", "No system tells anything of the tour."),
      .rate(
        "showed_rate",
        "showed / (showed + not_recorded_as_shown): without the tours of which no end is told.",
        null: "their sum is 0"),
    ] + interval(of: "showed_rate", null: "showed_rate is"))

  package static let agents = metric(
    "agents", "Agents",
    grain: "One staff member, with the leads created in the window that the member has in charge.",
    key: ["kind", "agent_id", "agent_name"],
    sort: [.ascending("kind"), .ascending("agent_name"), .ascending("agent_id")],
    [
      .text(
        "kind",
        "agent; rest: those beyond the 100 with the most leads of the scope together; unknown: no system "
          + "tells who is in charge."),
      .text("agent_id", "The staff member.", null: "known by name alone, or kind is not agent"),
      .text("agent_name", "The name.", null: "not known, or kind is not agent"),
      .count("leads", of: "leads", "Leads created in the window; what follows is of these."),
      .count(
        "contacted", of: "leads", "Reached contacted or more within the funnel window of creation."),
      .count("toured", of: "leads", "Reached tour_scheduled or more in that time."),
      .count("leased", of: "leads", "Reached leased in that time."),
      .count("lost", of: "leads", "Did not reach leased, and were lost at the end of that time."),
      .count("open", of: "leads", "The others."),
      .rate("leased_rate", "leased / leads.", null: "fewer than 20 leads"),
    ]
      + interval(of: "leased_rate", null: "fewer than 20 leads")
      + [
        .count(
          "place", of: nil, "1 for the highest lo95 of the scope.",
          null: "fewer than 20 leads, or kind is not agent")
      ])
}

/// The files for Monday morning: who waits for an answer, the weeks, and how soon leads convert.
extension DataDictionary {
  package static let unanswered = metric(
    "unanswered", "Unanswered leads",
    grain: "One lead of the window that nobody has answered for 24 hours or longer.",
    key: ["resman_lead_id"], sort: [.descending("waiting_since"), .ascending("resman_lead_id")],
    [
      .text("resman_lead_id", "The lead, by id; no personal data."),
      .instant(
        "waiting_since", "Since when it is new: its creation, or when it was first found so."),
      .seconds("waiting_seconds", "For how long, at as_of: 24 hours or longer."),
      .flag("over_48h", "Whether that is 48 hours or longer."),
      .flag(
        "from_creation", "Whether its creation is known; if not, it waits at least that long."),
      .text("agent_name", "The staff member in charge.", null: "not known"),
    ])

  package static let weeks = metric(
    "weeks", "Week by week",
    grain: "One figure of one local week, Monday to Sunday: the running one and the five before.",
    key: ["week_start", "metric"],
    sort: [.ascending("weeks_ago"), .ascending("metric"), .ascending("week_start")],
    [
      .day("week_start", "Its Monday, a local day of the property."),
      .text(
        "timezone",
        "IANA name the day is in; for the portfolio the one all properties share, else mixed.",
        null: "not known"),
      .count(
        "weeks_ago", of: "weeks",
        "0: the week that as_of is in; 5: the first of the four before last week."),
      .flag("complete", "Whether the week was over at as_of, at every property."),
      .text("metric", "Name of the figure."),
      .text(
        "basis",
        "event: what happened in the week; cohort: what became of the leads created in it."),
      .count(
        "numerator", of: "leads", "Numerator of a share.", null: "a count, or not known"),
      .count(
        "denominator", of: "leads", "How many leads a share rests on.",
        null: "a count, or not known"),
      .number(
        "value", "The count, or the share from 0 to 1.",
        null: "the window or the history begins later, or there is no lead"),
    ])

  package static let curves = metric(
    "curves", "Time to convert",
    grain:
      "One point of the cumulative incidence of a tour or a lease over the days since a lead's "
      + "creation.",
    key: ["curve", "day"], sort: [.descending("curve"), .ascending("day")],
    [
      .text("curve", "tour: tour_scheduled or any higher rank; lease: leased."),
      .count("day", of: "days", "Days since the creation of a lead, 24 hours each."),
      .count("leads", of: "leads", "Leads created in the window."),
      .count("reached", of: "leads", "Those seen to reach it within that time."),
      .count(
        "waiting", of: "leads",
        "Those watched for longer that had neither reached it nor been lost by then."),
      .rate(
        "probability",
        "Probability of reaching it within that time, loss competing (Aalen-Johansen).",
        null: "nobody was watched that long while some still waited"),
      .rate(
        "lo95", "Lower end of its 95 % log-log interval.", null: "probability is, or is 0 or 1"),
      .rate(
        "hi95", "Upper end of its 95 % log-log interval.", null: "probability is, or is 0 or 1"),
    ])
}

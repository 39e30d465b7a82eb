import Leads

/// The files of one run: drift, and the queue of what waits for a person.
extension DataDictionary {
  /// The lead, with the statuses of the base and of both sides.
  private static let sightings: [OutputColumn] = [
    .uuid("conversation_id", "The conversation that speaks for DomIQ.", null: "none is known"),
    .text("base", "Status both sides last agreed on.", null: "they never agreed"),
    .text("domiq_raw", "Status as DomIQ printed it.", null: "DomIQ did not show the lead"),
    .text(
      "domiq", "The same as a canonical status.", null: "not shown, or outside the vocabulary"),
    .text("resman_raw", "Status as ResMan printed it.", null: "ResMan did not show the lead"),
    .text(
      "resman", "The same as a canonical status.", null: "not shown, or outside the vocabulary"),
    .text("verdict", "The class the drift fell into."),
    .count("rule", of: nil, "Number of the rule that gave the verdict, 1 to 15."),
  ]

  /// A first night would list every lead of an installation.
  private static let unlisted = Verdict.baseline

  /// Verdicts of run.json whose leads drift.csv does not list.
  package static let notInDrift: Set<Verdict> = [.inSync, .resmanOnly, unlisted]

  package static let drift = OutputFile(
    name: "drift.csv", title: "Drift of the run",
    grain:
      "One lead that was not in sync in the run. Leads that were only logged for the first time "
      + "(baseline) are counted in run.json.",
    source: .run("drift", without: unlisted),
    columns: [
      .uuid("run_id", "The run."),
      .uuid("property_id", "The property.", null: "not known"),
      .text("resman_lead_id", "The lead."),
    ] + sightings + [
      .text("action", "none, log, push, pull or review."),
      .text("target", "Status both sides were to hold.", null: "nothing was planned"),
      .path("hops", "Statuses to write, in order.", null: "nothing to write"),
      .flag("irregular", "Whether staff moved outside the transition rules."),
      .text(
        "cause",
        "What the log proves of why the two sides differ: push_failed, push_unknown, "
          + "webhook_missed, staff_edit, mapping_gap or phantom; else unknown.",
        null: "the run is older than causes"),
      .text(
        "outcome",
        "How the repair ended: verified, failed, stale, held, parked, deferred, unknown or "
          + "not_written.",
        null: "no repair was planned, or it has not ended"),
      .text("reason", "The verdict or the outcome in words.", null: "nothing to add"),
    ],
    key: ["run_id", "resman_lead_id"],
    sort: [.ascending("run_id"), .ascending("property_id"), .ascending("resman_lead_id")])

  package static let review = OutputFile(
    name: "review.csv", title: "Review queue",
    grain: "One question that stands for a person: open, agreed different, or put off.",
    source: .review,
    columns: [
      .count("id", of: nil, "Number of the item."),
      .uuid("property_id", "The property.", null: "not known"),
      .text("resman_lead_id", "The lead."),
    ] + sightings + [
      .text("reason", "Why a person must decide."),
      .text("state", "open, accepted (agreed different) or ignored (put off)."),
      .instant("first_seen", "When the question first arose."),
      .uuid("first_run", "The run that raised it.", null: "not known"),
      .instant("last_seen", "When it was last found standing."),
      .uuid("last_run", "The run that last found it.", null: "not known"),
      .text("answer", "push, pull, accept or ignore.", null: "not answered"),
      .instant("answered_at", "When it was answered.", null: "not answered"),
      .text("answer_reason", "Why it was answered so.", null: "no reason was given"),
      .instant("ignore_until", "When an ignored question comes back.", null: "not ignored"),
    ],
    key: ["id"],
    sort: [.ascending("property_id"), .ascending("first_seen"), .ascending("id")])

  package static let driftAlarms = OutputFile(
    name: "drift_alarms.csv", title: "Drift alarms",
    grain: "One property that was read completely in the run, against its own history.",
    source: .run("drift_alarm"),
    columns: [
      .uuid("run_id", "The run."),
      .uuid("property_id", "The property."),
      .text("property_name", "Its name.", null: "not known"),
      .instant("as_of", "The instant of the run."),
      .count("leads", of: "leads", "Leads known on both sides."),
      .count(
        "drifted", of: "leads",
        "Those found apart for the first time: not asked about before, nor left over."),
      .rate("rate", "drifted / leads, before repair.", null: "there is no lead"),
      .count("nights", of: "nights", "Earlier complete nights it is compared with."),
      .rate("expected_rate", "Rate of the reference nights.", null: "fewer than 14 nights"),
      .probability(
        "p_value", "Beta-binomial probability of as many or more drifted leads.",
        null: "fewer than 14 nights"),
      .probability(
        "q_value", "The same after Benjamini-Hochberg over the properties of the run.",
        null: "fewer than 14 nights"),
      .number(
        "cusum", "One-sided cumulative sum of standardised excess, for slow leaks.",
        null: "fewer than 14 nights"),
      .text(
        "verdict",
        "insufficient_history below 14 nights; jump: q_value at most 0.05; leak: cusum above 5; "
          + "else quiet."),
    ],
    key: ["run_id", "property_id"],
    sort: [.ascending("run_id"), .ascending("property_id")])
}

import Leads

/// The files by day and by channel: daily, distribution, delivery.
extension DataDictionary {
  /// The day a row is about, and whose day it is.
  private static let localDay: [OutputColumn] = [
    .day("day", "Local day of the property, cut to the window at both ends."),
    .text(
      "timezone",
      "IANA name the day is in; for the portfolio the one all properties share, else mixed.",
      null: "not known"),
  ]

  package static let daily = metric(
    "daily", "Changes by day",
    grain: "One local day, direction and author; days without any change are there with 0.",
    key: ["day", "direction", "updated_by"],
    sort: [.ascending("day"), .ascending("direction"), .ascending("updated_by")],
    localDay + [
      .text("direction", "to_resman or from_resman.", null: "the log names none"),
      .text("updated_by", "chatbot, resman_user or system.", null: "the log names none"),
      .count("changes", of: "changes", "Effective changes, creations apart."),
      .count("creations", of: "leads", "Leads created."),
      .count("failed", of: "log rows", "Changes that could not be carried to the other system."),
      .instant("revised_at", "When a closed day was last restated.", null: "never"),
    ])

  static let distribution = metric(
    "distribution", "Leads by status and day",
    grain: "One status at the end of one local day; the last day as at as_of.",
    key: ["day", "status"], sort: [.ascending("day"), .status("status")],
    localDay + [
      .text("status", "Status as logged."),
      .count(
        "leads", of: "leads",
        "Leads in it at the end of the day: those of the day before + created + moved_in - moved_out. A lead "
          + "whose history begins later counts from the start in the status it was found in."),
      .count(
        "created", of: "leads", "Leads created in it that day.",
        null: "measured before there was this column"),
      .count(
        "moved_in", of: "changes", "Changes into it that day.",
        null: "measured before there was this column"),
      .count(
        "moved_out", of: "changes", "Changes out of it that day.",
        null: "measured before there was this column"),
    ])

  package static let delivery = metric(
    "delivery", "Delivery of changes and notifications",
    grain: "One direction of the sync, or one channel of the notifications.",
    key: ["kind", "channel_or_direction"],
    sort: [.descending("kind"), .ascending("channel_or_direction")],
    [
      .text(
        "kind", "sync: rows of status_sync_log; notification: one recipient of one notification."),
      .text("channel_or_direction", "to_resman, from_resman or unknown; or the channel."),
      .count(
        "delivered", of: "units",
        "Delivered in the end. email, sms and slack can only say accepted, by the mail server, the "
          + "provider, Slack; in_app is delivered to the inbox.", null: "not known"),
      .count("failed", of: "units", "Failed in the end.", null: "not known"),
      .count(
        "bounced", of: "units", "Returned by the recipient's side.", null: "sync: cannot happen"),
      .count(
        "expired", of: "units", "Pending for over 24 hours, or given up after them.",
        null: "sync: pending rows are settled"
      ),
      .count("pending", of: "units", "Not settled yet; in no rate.", null: "not known"),
      .count(
        "suppressed", of: "units", "Not sent on purpose; in no rate.", null: "sync: cannot happen"),
      .rate(
        "rate", "delivered / (delivered + failed + bounced + expired).",
        null: "nothing was due, so there is no rate"),
    ] + interval(of: "rate", null: "rate is")
      + [
        .rate(
          "first_attempt_rate", "Delivered at the first attempt / the same denominator.",
          null: "rate is, or attempts were not recorded")
      ])
}

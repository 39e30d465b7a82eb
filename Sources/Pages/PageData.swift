import Leads

/// All data of the summary page: plain values, so that the page is a pure function of them.
///
/// A figure that is not known is nil, with a reason where there is one; never 0.
package struct PageData: Codable, Sendable, Equatable {
  /// The instant the figures are pinned to, ISO 8601 UTC.
  var asOf: String
  /// The window, both ends ISO 8601 UTC; nil where nothing was measured.
  var windowStart: String?
  var windowEnd: String?
  /// Time zone the days are in; `mixed` where the properties have several; nil: not known.
  var timezone: String?
  /// Local day, ISO 8601, of the first lead known from its creation; nil: there is none.
  var historySince: String?
  /// Local day from which on nearly all leads are known from their creation; nil: from none.
  var wholeSince: String?
  /// Named figures of the portfolio, by name, as in performance.csv.
  var figures: [String: Figure] = [:]
  /// The portfolio's funnel by maturity: `mature`, `all`.
  var funnel: [String: [FunnelStep]] = [:]
  /// On a page of one property, whose own all the others are: the portfolio's share of new leads that have leased, by
  /// maturity. nil: the page is the portfolio's.
  var portfolioRates: [String: Double]?
  /// The portfolio's time in status, in funnel order.
  var timeInStatus: [TimeInStatus] = []
  /// The portfolio's changes by day, oldest first, days without any included.
  var days: [Day] = []
  /// Delivery of the portfolio, sync and notifications.
  var deliveries: [Delivery] = []
  /// Each property's share of leased.
  var properties: [Property] = []
  /// The portfolio's changes against the window before, by figure.
  var changes: [Change] = []
  /// Leads that have stayed longer than nine in ten, the longest first.
  var stalled: [Stalled] = []
  /// Leads that stalled, also those not listed.
  var stalledCount = 0
  /// Leads that nobody has answered for 24 hours, the newest first.
  var unanswered: [Unanswered] = []
  /// All of those, also the ones not listed, by property and by the staff member in charge.
  var unansweredByProperty: [UnansweredGroup] = []
  var unansweredByAgent: [UnansweredGroup] = []
  /// The running week and the five before, a row a figure.
  var weeks: [Week] = []
  /// How soon new leads come to a tour and to a lease.
  var curves: [CurvePoint] = []
  /// Questions that wait for a person, the oldest first.
  var reviews: [Review] = []
  /// Questions that wait, also those not listed.
  var reviewCount = 0
  /// The night's reconciliation; nil where no run is on record.
  var night: Run?
  /// Its drift against each property's own history; nil where it pulled nothing.
  var alarms: DriftAlarms?
  /// The configuration's targets; nil where there is none.
  var targets: Targets?
  /// Flaws of the input, counted.
  var quality: [Flaw] = []
  /// Figures of closed days that are not what the report before this one had, and of how many days.
  var restatedCount = 0
  var restatedDays = 0
  /// Sources, lost reasons, tours and agents; nil where no system tells any of it.
  package var described: Described?

  /// A page about nothing yet.
  package init(asOf: String) { self.asOf = asOf }

  /// One row of performance.csv.
  struct Figure: Codable, Sendable, Equatable {
    var numerator: Double?
    var denominator: Double?
    var value: Double?
    var lo95: Double?
    var hi95: Double?
    var unit: String?
    var note: String?
  }

  /// One step of the funnel.
  struct FunnelStep: Codable, Sendable, Equatable {
    var status: String
    var reached: Int
    var visited: Int
    var skipped: Int
    var stepRate: Double?
    var stepLow: Double?
    var stepHigh: Double?
    var overallRate: Double?
    var overallLow: Double?
    var overallHigh: Double?
    /// Lowest and highest share that answers to the open reviews could give.
    var overallMin: Double?
    var overallMax: Double?
    /// Of those that got no further: lost, and still open; nil for the last step.
    var lost: Int?
    var open: Int?
  }

  /// How long one status lasts, in seconds.
  struct TimeInStatus: Codable, Sendable, Equatable {
    var status: String
    var closed: Int
    var open: Int
    var median: Double?
    var low: Double?
    var high: Double?
    var p25: Double?
    var p75: Double?
    var oldestOpen: Double?
  }

  /// One local day.
  struct Day: Codable, Sendable, Equatable {
    var day: String
    var changes: Int
    /// Why the day is out of line; nil: it is not.
    var flag: String?
  }

  /// One direction of the sync, or one channel.
  struct Delivery: Codable, Sendable, Equatable {
    var kind: String
    var channel: String
    var delivered: Int?
    var failed: Int?
    var bounced: Int?
    var expired: Int?
    var pending: Int?
    var rate: Double?
    var low: Double?
    var high: Double?
  }

  /// One property and its share of leased.
  struct Property: Codable, Sendable, Equatable {
    var id: String?
    var name: String?
    var maturity: String
    var leads: Int
    var leased: Int
    var rate: Double?
    var low: Double?
    var high: Double?
  }

  /// One row of changes.csv.
  struct Change: Codable, Sendable, Equatable {
    var metric: String
    var status: String?
    var previous: Double?
    var current: Double?
    var verdict: String?
  }

  /// One stalled lead.
  struct Stalled: Codable, Sendable, Equatable {
    var lead: String
    var property: String?
    var status: String?
    var seconds: Double?
    var usual: Double?
  }

  /// One lead that nobody has answered.
  struct Unanswered: Codable, Sendable, Equatable {
    var lead: String
    var property: String?
    var seconds: Double
    /// Its creation is not known.
    var atLeast: Bool
    var agent: String?
  }

  /// How many leads of a property, or of a staff member, nobody has answered.
  struct UnansweredGroup: Codable, Sendable, Equatable {
    /// Of a property; nil: no known one, or a staff member.
    var id: String?
    var name: String?
    /// For 24 to 48 hours, and for 48 hours or longer.
    var over24h: Int
    var over48h: Int
    /// Of a property, by name: the shares answered within an hour, in office hours and outside.
    var answered: [String: Figure]
  }

  /// One row of weeks.csv.
  struct Week: Codable, Sendable, Equatable {
    var metric: String
    var basis: String
    /// Its Monday.
    var start: String
    var ago: Int
    var isComplete: Bool
    var numerator: Int?
    var denominator: Int?
    var value: Double?
  }

  /// One row of curves.csv.
  struct CurvePoint: Codable, Sendable, Equatable {
    var curve: String
    var day: Int
    var leads: Int
    var reached: Int
    var waiting: Int
    var probability: Double?
    var low: Double?
    var high: Double?
  }

  /// One question for a person.
  struct Review: Codable, Sendable, Equatable {
    var lead: String
    var property: String?
    var domiq: String?
    var resman: String?
    var verdict: String
    var reason: String
    var since: String
  }

  /// What the run did, from its run.json.
  struct Run: Codable, Sendable, Equatable {
    var runID: String
    /// run, apply or resolve.
    var mode: String?
    /// Whether it asked for every lead, not only for those that had changed.
    var full: Bool?
    var pulled: Int?
    /// Properties known, and those not read completely, elements of ResMan's list that cannot be used
    /// among them.
    var properties: Int?
    var incomplete: Int?
    /// Leads known at properties that were not read completely, and shown by neither side.
    var unseen: Int?
    /// Leads seen on both sides; of those, how many agreed before the repairs, and after. Nil where the run
    /// did not read the systems.
    var seen: Int?
    var agreedBefore: Int?
    var agreedAfter: Int?
    /// Leads seen for the first time, and those of them with a usable history in ResMan.
    var takenOver: Int?
    var backfilled: Int?
    var verdicts: [String: Int]
    var logged: Int?
    var planned: Int?
    var outcomes: [String: Int]
    var converged: Bool?
    /// Every exit status that held.
    var exitCodes: [Int]?
  }

  /// The run's drift_alarms.csv in short.
  struct DriftAlarms: Codable, Sendable, Equatable {
    /// One unusual property.
    struct Standout: Codable, Sendable, Equatable {
      enum Verdict: String, Codable, Sendable { case jump, leak }

      var id: String
      var property: String?
      var verdict: Verdict
      var leads: Int
      var drifted: Int
      var expected: Double?
    }

    /// Properties with enough nights before this one.
    var judged: Int
    /// Of those how many stand out, also those not listed.
    var raised: Int
    /// Jumps first, the surest first.
    var standouts: [Standout]
    /// Properties with too few nights.
    var insufficient: Int
    /// Nights of the longest history among them.
    var longest: Int?
    /// Properties that were not read completely.
    var unread: Int
  }

  /// The alerts.csv of the report in short.
  struct Targets: Codable, Sendable, Equatable {
    /// One missed target.
    struct Missed: Codable, Sendable, Equatable {
      var target: String
      var property: String?
      var figure: String
      var status: String?
      var value: Double?
      var n: Double?
      var unit: String?
      var limitKind: String
      var limit: Double
      var baseline: Double?
      var weeks: Int
    }

    var met: Int
    /// Also those not listed.
    var missedCount: Int
    /// Of which nothing can be said.
    var open: Int
    /// By target and property.
    var missed: [Missed]
  }

  /// One row of data_quality.csv.
  struct Flaw: Codable, Sendable, Equatable {
    var issue: String
    var count: Int?
    var total: Int?
    var note: String?
  }
}

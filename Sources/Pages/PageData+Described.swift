extension PageData {
  /// What systems tell of leads beside their status: sources.csv, lost_reasons.csv, tours.csv and agents.csv in short.
  package struct Described: Codable, Sendable, Equatable {
    /// The largest first; then the rest; then those not known.
    var sources: [Source] = []
    /// The most frequent first; then the rest; then those not known.
    var reasons: [Reason] = []
    var tours: Tours?
    /// By name; then the rest; then those that nobody is known to have in charge.
    var agents: [Agent] = []

    struct Source: Codable, Sendable, Equatable {
      /// `mature` or `all`, as of the funnel.
      var maturity: String
      /// source, rest or unknown.
      var kind: String
      var name: String?
      /// Of all new leads.
      var share: Double?
      var leads: Int?
      var toured: Int?
      var leased: Int?
      var rate: Double?
      var low: Double?
      var high: Double?
    }

    struct Reason: Codable, Sendable, Equatable {
      /// reason, rest or unknown.
      var kind: String
      var name: String?
      var lost: Int
      var share: Double?
      var low: Double?
      var high: Double?
      var shareBefore: Double?
      var verdict: String?
    }

    struct Tours: Codable, Sendable, Equatable {
      var booked: Int
      var showed: Int
      var cancelled: Int
      var upcoming: Int
      var notRecordedAsShown: Int
      var noShow: Int
      var unknown: Int
      var rate: Double?
      var low: Double?
      var high: Double?
    }

    struct Agent: Codable, Sendable, Equatable {
      /// agent, rest or unknown.
      var kind: String
      var id: String?
      var name: String?
      var leads: Int
      var contacted: Int
      var toured: Int
      var leased: Int
      var rate: Double?
      var low: Double?
      var high: Double?
    }
  }
}

extension LeadFacts {
  /// From the `fields` column: 1 email, 2 phone, 4 tour_datetime, 8 income_verification.
  package init(leadScore: Double?, bits: Int) {
    let known: [(Int, Field)] = [
      (1, .email), (2, .phone), (4, .tourDatetime), (8, .incomeVerification),
    ]
    self.init(leadScore: leadScore, fields: Set(known.filter { bits & $0.0 != 0 }.map(\.1)))
  }
}

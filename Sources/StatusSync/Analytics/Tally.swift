import Foundation
import Postgres

/// Counts what the figures of a window rest on, in one pass over the journeys that reach into it or into
/// the window before; each lead counts once, wherever it stands. What adds up is kept by property,
/// durations each for themselves.
struct Tally: Sendable {
  /// What is counted, and by what names.
  struct Rules: Sendable {
    var period: TallyPeriod
    /// Whether the leads of a cohort are told apart by the day they were created.
    var keepsDays: Bool
    var staff: Symbol
    var chatbot: Symbol
  }

  private(set) var properties: [PropertyTally] = []
  private(set) var symbols = Symbols()
  private let rules: Rules
  private var places = PropertyPlaces()

  /// - Parameter keepsDays: whether the cohort is wanted by day of creation.
  init(_ period: TallyPeriod, keepsDays: Bool) {
    rules = Rules(
      period: period, keepsDays: keepsDays, staff: symbols.symbol("resman_user"),
      chatbot: symbols.symbol("chatbot"))
  }

  /// Reads every journey of the windows.
  static func read(
    keepsDays: Bool, on database: isolated PostgresConnection
  ) throws -> Tally {
    var tally = Tally(try TallyPeriod(on: database), keepsDays: keepsDays)
    var journey = Journey()
    let query = String(decoding: PackageResources.journeys_of_window_sql, as: UTF8.self)
    try database.copyOutRows(query) { row in
      try journey.read(&row, symbols: &tally.symbols)
      tally.count(journey)
    }
    return tally
  }

  mutating func count(_ journey: Journey) {
    let place = places.place(of: journey.property)
    if place == properties.count { properties.append(PropertyTally(property: journey.property)) }
    properties[place].count(journey, rules)
  }
}

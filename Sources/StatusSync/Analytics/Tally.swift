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
  private let days: LocalDays
  private let kinds: EntryKinds
  private var places = PropertyPlaces()
  /// The journey met last: the room that it took serves the next.
  private var met = Journey()

  /// - Parameter keepsDays: whether the cohort is wanted by day of creation.
  private init(keepsDays: Bool, on database: isolated PostgresConnection) throws {
    rules = Rules(
      period: try TallyPeriod(on: database), keepsDays: keepsDays,
      staff: symbols.symbol("resman_user"), chatbot: symbols.symbol("chatbot"))
    days = try LocalDays(on: database)
    kinds = try EntryKinds(symbols: &symbols, on: database)
  }

  /// Reads every journey of the windows, and of leads that are open.
  static func read(
    keepsDays: Bool, on database: isolated PostgresConnection
  ) throws -> Tally {
    var tally = try database.copyOutRows(
      PackageResources.journeys_of_window_sql, to: Tally(keepsDays: keepsDays, on: database)
    ) { tally, row in
      try tally.met.read(&row, tally.kinds, &tally.places)
      tally.count(tally.met, open: try row.string())
    }
    for place in tally.properties.indices {
      tally.properties[place].open.sort { $0.lead < $1.lead }
    }
    return tally
  }

  /// - Parameter open: the lead, where it is open.
  private mutating func count(_ journey: Journey, open lead: String?) {
    let place = journey.property.map(Int.init) ?? places.place(of: nil)
    while properties.count <= place {
      let property = places.properties[properties.count]
      let zone = days.zone(of: property)
      properties.append(
        PropertyTally(
          property: property, zone: zone,
          firstDay: days.day(of: rules.period.current.start, zone: zone)))
    }
    properties[place].count(journey, rules, days)
    if let lead, let since = journey.openSince, let last = journey.stays.last {
      properties[place].open.append(
        PropertyTally.Open(lead: lead, status: last.status, since: since))
    }
  }
}

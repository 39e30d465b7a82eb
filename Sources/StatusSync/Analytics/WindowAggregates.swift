import Foundation
import Postgres

/// Counts what the figures of a window rest on, in one pass over the stays that reach into it or into
/// the window before; each lead counts once, wherever it stands. What adds up is kept by property,
/// durations each for themselves.
struct WindowAggregates: Sendable {
  /// What is counted, and by what names.
  struct Rules: Sendable {
    var period: ComparisonWindows
    /// Whether the leads of a cohort are told apart by the day they were created.
    var keepsDays: Bool
    var staff: Symbol
    var chatbot: Symbol
  }

  private(set) var properties: [PropertyAggregates] = []
  private(set) var symbols = SymbolTable()
  private let rules: Rules
  private let days: LocalDays
  private let kinds: EntryKinds
  private var propertyIndex = PropertyIndex()
  /// The stays met last: the room that it took serves the next.
  private var met = LeadStays()

  /// - Parameter keepsDays: whether the cohort is wanted by day of creation.
  private init(keepsDays: Bool, on database: isolated PostgresConnection) throws {
    rules = Rules(
      period: try ComparisonWindows(on: database), keepsDays: keepsDays,
      staff: symbols.symbol("resman_user"), chatbot: symbols.symbol("chatbot"))
    days = try LocalDays(on: database)
    kinds = try EntryKinds(symbols: &symbols, on: database)
  }

  /// Reads the stays of every lead of the windows, and of leads that are open.
  static func read(
    keepsDays: Bool, on database: isolated PostgresConnection
  ) throws -> WindowAggregates {
    var aggregates = try database.copyOutRows(
      PackageResources.journeys_of_window_sql,
      to: WindowAggregates(keepsDays: keepsDays, on: database)
    ) { aggregates, row in
      try aggregates.met.read(&row, aggregates.kinds, &aggregates.propertyIndex)
      aggregates.count(aggregates.met, open: try row.string())
    }
    for place in aggregates.properties.indices {
      aggregates.properties[place].open.sort { $0.lead < $1.lead }
    }
    return aggregates
  }

  /// - Parameter open: the lead, where it is open.
  private mutating func count(_ leadStays: LeadStays, open lead: String?) {
    let place = leadStays.property.map(Int.init) ?? propertyIndex.index(of: nil)
    while properties.count <= place {
      let property = propertyIndex.properties[properties.count]
      let zone = days.zone(of: property)
      properties.append(
        PropertyAggregates(
          property: property, zone: zone,
          firstDay: days.day(of: rules.period.current.start, zone: zone)))
    }
    properties[place].count(leadStays, rules, days)
    if let lead, let since = leadStays.openSince, let last = leadStays.stays.last {
      properties[place].open.append(
        PropertyAggregates.Open(lead: lead, status: last.status, since: since))
    }
  }
}

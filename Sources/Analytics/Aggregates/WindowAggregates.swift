import Foundation
import Leads
import Postgres

/// Counts the aggregates of a window in one pass over the stays that overlap it or the window before; each lead counts
/// once. Sums are kept by property, durations one by one.
struct WindowAggregates: Sendable {
  /// The parameters of the counting.
  struct Rules: Sendable {
    var period: ComparisonWindows
    /// Whether the leads of a cohort are counted by day of creation.
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
  /// The last stays; their capacity is used again.
  private var met = LeadStays()

  /// - Parameter keepsDays: whether the leads of a cohort are counted by day of creation.
  private init(keepsDays: Bool, on database: isolated PostgresConnection) throws {
    rules = Rules(
      period: try ComparisonWindows(on: database), keepsDays: keepsDays,
      staff: symbols.symbol(Author.resmanUser.rawValue),
      chatbot: symbols.symbol(Author.chatbot.rawValue))
    days = try LocalDays(on: database)
    kinds = try EntryKinds(symbols: &symbols, on: database)
  }

  /// Reads the stays of every lead of the windows, and of leads that are open.
  static func read(
    keepsDays: Bool, on database: isolated PostgresConnection
  ) throws -> WindowAggregates {
    var aggregates = try database.copyOutRows(
      PackageResources.stays_of_window_sql, columns: LeadStays.columns + ["open"],
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

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

  /// - Parameter keepsDays: whether the cohort is wanted by day of creation.
  private init(keepsDays: Bool, on database: isolated PostgresConnection) throws {
    rules = Rules(
      period: try TallyPeriod(on: database), keepsDays: keepsDays,
      staff: symbols.symbol("resman_user"), chatbot: symbols.symbol("chatbot"))
    days = try LocalDays(on: database)
    kinds = try EntryKinds(symbols: &symbols, on: database)
  }

  /// Reads every journey of the windows, and of leads that are open; another thread counts them.
  static func read(
    keepsDays: Bool, on database: isolated PostgresConnection
  ) throws -> Tally {
    let empty = try Tally(keepsDays: keepsDays, on: database)
    let batches = Handover<[UInt8]>()
    let counted = Later { Result { try empty.counting(batches) } }
    do {
      var batch: [UInt8] = []
      let query = String(decoding: PackageResources.journeys_of_window_sql, as: UTF8.self)
      try database.copyOut("copy (\(query)) to stdout (format binary)") { chunk in
        batch.append(contentsOf: chunk)
        guard batch.count > 200_000 else { return }
        try batches.send(batch)
        batch.removeAll(keepingCapacity: false)
      }
      try batches.send(batch)
      batches.finish()
    } catch {
      batches.finish(throwing: error)
    }
    return try counted.value().get()
  }

  /// With the journeys of rows of `journeys_of_window` that are handed over.
  private func counting(_ batches: Handover<[UInt8]>) throws -> Tally {
    var tally = self
    var journey = Journey()
    var reader = BinaryCopyReader()
    do {
      while let batch = try batches.receive() {
        try batch.withUnsafeBytes { bytes in
          try reader.read(bytes) { row in
            try journey.read(&row, kinds, &tally.places)
            tally.count(journey, open: try row.string())
          }
        }
      }
    } catch {
      batches.abandon()
      throw error
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

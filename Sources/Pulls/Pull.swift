import Foundation
import Leads
import Postgres
import Settings
import Store
import Upstreams

/// The pull: pages from both systems, several properties at a time, decoded as they arrive. A full pull compares each
/// property's records with what is known of its leads, and streams into staging those that show anything new. Memory
/// grows with the largest properties, not with the number of leads.
package struct Pull: Sendable {
  /// An incremental pull reads from this long before its watermark: two days, because real timestamps are dates
  /// without a time, have no zone, or come from transactions that commit late.
  static let overlap: Int64 = 48 * 3600 * 1_000_000

  let resman: any PageSource
  let domiq: any PageSource
  let connect: @Sendable () async throws -> PostgresConnection
  let settings: Settings
  let mapping: StatusMapping
  let clock: RunClock
  let startedAt: Instant
  let deadline: Duration
  let progress: @Sendable (Int) -> Void

  /// - Parameters:
  ///   - connect: opens one more connection to the database.
  ///   - deadline: when the run's time is over, by the clock's count.
  ///   - progress: told how many records came, page by page.
  package init(
    resman: any PageSource, domiq: any PageSource,
    connect: @escaping @Sendable () async throws -> PostgresConnection, settings: Settings,
    mapping: StatusMapping, clock: RunClock, startedAt: Instant, deadline: Duration,
    progress: @escaping @Sendable (Int) -> Void
  ) {
    self.resman = resman
    self.domiq = domiq
    self.connect = connect
    self.settings = settings
    self.mapping = mapping
    self.clock = clock
    self.startedAt = startedAt
    self.deadline = deadline
    self.progress = progress
  }

  /// Reads every property from both systems.
  /// - Throws: `PullError` where a whole system gave nothing.
  package func run(_ list: PropertyList, full: Bool) async throws -> PullSummary {
    let began = try await PullCursors(connect: connect).began()
    let cursors = try await PullCursors(connect: connect).read()
    let known = Set(cursors.keys.filter { $0.system == .resman }.map(\.property))
    guard !list.properties.isEmpty || (known.isEmpty && list.faults.isEmpty) else {
      throw PullError(system: .resman, failure: Self.nothing(list, known: known.count))
    }
    let listed = list.properties
    var pulled = try await pull(listed, cursors, full: full)
    for system in System.allCases {
      let of = pulled.filter { $0.system == system }
      if !of.isEmpty, of.allSatisfy({ !$0.isComplete && $0.records == 0 }),
        let failure = of.lazy.compactMap(\.failure).first
      {
        throw PullError(system: system, failure: failure)
      }
    }
    try await findVanished(&pulled, cursors)
    pulled += known.subtracting(listed.map(\.id)).sorted { $0.uuidString < $1.uuidString }
      .map { property in
        var gap = PropertyPull(system: .resman, propertyID: property, isIncremental: false)
        gap.reason = "ResMan's list of properties does not name it any more"
        return gap
      }
    return PullSummary(
      listed: listed, faults: list.faults, properties: pulled, isFull: full, began: began)
  }

  /// The failure for a list without a usable property.
  private static func nothing(_ list: PropertyList, known: Int) -> CallFailure {
    guard let fault = list.faults.first else {
      return CallFailure(
        .malformed, "its list of properties is empty, and \(known) were read before")
    }
    return CallFailure(.malformed, "no property of its list can be used: \(fault)")
  }

  /// The most leads that a full pull can show of each property, where the source has a horizon: leads that nobody
  /// modified leave it, many of them together where they were imported together. Null: it has none.
  private func withinHorizon() async throws -> [UUID: Int]? {
    guard let horizon = resman.horizon else { return nil }
    // By the end of the pull: whatever left meanwhile may be on a page or not.
    return try await PullCursors(connect: connect).modified(since: clock.now() - horizon)
  }

  /// Marks a property as incomplete where most of the leads seen before are gone.
  private func findVanished(
    _ pulled: inout [PropertyPull], _ cursors: [PullKey: PullCursors.Cursor]
  ) async throws {
    let found = try await PullCursors(connect: connect).found()
    let within = try await withinHorizon()
    for system in System.allCases {
      var seen: [PullKey: Reappearance] = [:]
      for one in pulled where one.system == system && one.isComplete {
        let cursor = cursors[one.key]
        guard var expected = one.isIncremental ? cursor?.recent : cursor?.leads else { continue }
        if system == .resman, !one.isIncremental, let within {
          expected = min(expected, within[one.propertyID] ?? 0)
        }
        seen[one.key] = Reappearance(
          expected: expected, found: one.agreed + (found[one.key] ?? 0))
      }
      let gone = vanished(
        seen, percent: settings.limits.vanishedPercent,
        minPopulation: settings.limits.guards.minPopulation)
      for index in pulled.indices where gone.contains(pulled[index].key) {
        guard let one = seen[pulled[index].key] else { continue }
        pulled[index].reason =
          "\(one.lost) of \(one.expected) leads it showed before are gone at once (if they really "
          + "are, run once with limits.vanished_percent: 100)"
      }
    }
  }

  /// Reads the properties from both systems into staging, as many at a time as either system may be asked at once.
  private func pull(
    _ properties: [Property], _ cursors: [PullKey: PullCursors.Cursor], full: Bool
  ) async throws -> [PropertyPull] {
    var connections: [PostgresConnection] = []
    do {
      for _ in 0..<3 { connections.append(try await connect()) }
      let stagings = PerSystem { system in
        Staging(connection: connections[system == .resman ? 0 : 1], system: system)
      }
      for system in System.allCases { try await stagings[system].begin() }
      let known = full ? try await KnownLeads(connection: connections[2]) : nil
      let filters = PerSystem { _ in BloomFilter() }
      let pairs = properties.map { property in
        PropertyPair(
          property: property.id, pull: self,
          cursors: PerSystem { cursors[PullKey(system: $0, property: property.id)] },
          known: known, stagings: stagings, filters: filters)
      }
      var pulled = try await read(pairs)
      for system in System.allCases { _ = try await stagings[system].finish() }
      try await known?.stageAgain(&pulled, latest: clock.now())
      for connection in connections { await connection.close() }
      pulled.sort { $0.property.uuidString < $1.property.uuidString }
      return System.allCases.flatMap { system in pulled.map { $0.pulls[system] } }
    } catch {
      for connection in connections { await connection.close() }
      throw error
    }
  }

  private func read(_ pairs: [PropertyPair]) async throws -> [PulledProperty] {
    var pulled: [PulledProperty] = []
    try await pairs.severalAtOnce(max(settings.resman.concurrency, settings.domiq.concurrency)) {
      try await $0.read()
    } take: {
      pulled.append($0)
    }
    return pulled
  }
}

/// A whole system could not be read: the run ends. Exit status 69, or 75 where it asked to wait.
package struct PullError: Error, Sendable, CustomStringConvertible {
  package var system: System
  package var failure: CallFailure

  package init(system: System, failure: CallFailure) {
    self.system = system
    self.failure = failure
  }

  package var description: String {
    "\(system == .resman ? "ResMan" : "DomIQ") gave nothing: \(failure.description)"
  }
}

extension PullError: CodedError {
  package var errorCode: ErrorCode { failure.errorCode }
}

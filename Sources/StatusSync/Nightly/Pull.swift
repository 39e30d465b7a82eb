import Foundation
import Leads
import Postgres

/// Stage 3: pages from both systems, several in flight, decoded as they arrive and streamed into
/// staging. Memory does not grow with the number of leads.
struct Pull: Sendable {
  /// An incremental pull asks from this long before its watermark: two days, because real stamps
  /// come as dates without a time, without a zone, and from transactions that commit late.
  static let overlap: Int64 = 48 * 3600 * 1_000_000

  let resman: any PageSource
  let domiq: any PageSource
  let connect: @Sendable () async throws -> PostgresConnection
  let settings: Settings
  let mapping: StatusMapping
  let progress: @Sendable (Int) -> Void

  /// Reads every property from both systems.
  /// - Throws: `PullError` where a whole system gave nothing.
  func run(properties: [Property], full: Bool) async throws -> PullSummary {
    let watermarks = full ? [:] : try await watermarks()
    async let domiqPulled = pull(.domiq, properties, watermarks)
    async let resmanPulled = pull(.resman, properties, watermarks)
    let pulled = try await resmanPulled + domiqPulled
    for system in UpstreamSystem.allCases {
      let of = pulled.filter { $0.system == system }
      if !of.isEmpty, of.allSatisfy({ !$0.isComplete && $0.records == 0 }),
        let failure = of.lazy.compactMap(\.failure).first
      {
        throw PullError(system: system, failure: failure)
      }
    }
    return PullSummary(listed: properties, properties: pulled, isFull: full)
  }

  private func pull(
    _ system: UpstreamSystem, _ properties: [Property], _ watermarks: [PullKey: Instant]
  ) async throws -> [PropertyPull] {
    let connection = try await connect()
    let staging = Staging(connection: connection, system: system)
    do {
      try await staging.begin()
      let pulled = try await pages(system, properties, watermarks, into: staging)
      _ = try await staging.finish()
      await connection.close()
      return pulled
    } catch {
      await connection.close()
      throw error
    }
  }

  private func pages(
    _ system: UpstreamSystem, _ properties: [Property], _ watermarks: [PullKey: Instant],
    into staging: Staging
  ) async throws -> [PropertyPull] {
    let side = system == .resman ? settings.resman : settings.domiq
    let source = system == .resman ? resman : domiq
    let filter = SeenFilter()
    return try await withThrowingTaskGroup(of: PropertyPull.self) { group in
      var done: [PropertyPull] = []
      var waiting = properties.makeIterator()
      func next() -> Bool {
        guard let property = waiting.next() else { return false }
        let since = watermarks[PullKey(system: system, property: property.id)]
          .map { Instant(microseconds: $0.microseconds - Self.overlap) }
        let reader = PropertyReader(
          system: system, property: property.id, updatedSince: since, source: source,
          limit: side.pageSize, staging: staging, mapping: mapping, policy: settings.policy,
          filter: filter, progress: progress)
        group.addTask { try await reader.run() }
        return true
      }
      for _ in 0..<max(side.concurrency, 1) where !next() { break }
      while let pulled = try await group.next() {
        done.append(pulled)
        _ = next()
      }
      return done.sorted { $0.propertyID.uuidString < $1.propertyID.uuidString }
    }
  }

  /// Where the next incremental pull of each property begins.
  private func watermarks() async throws -> [PullKey: Instant] {
    let connection = try await connect()
    let rows = try await connection.query(SQL(file: PackageResources.pull_cursors_sql))
    await connection.close()
    var watermarks: [PullKey: Instant] = [:]
    for row in rows {
      guard let system = UpstreamSystem(rawValue: try row["system"]),
        let watermark = Instant(iso8601: try row["watermark"] as String)
      else { continue }
      watermarks[PullKey(system: system, property: try row["property_id"])] = watermark
    }
    return watermarks
  }
}

/// A whole system gave nothing: the run ends. Exit status 69, or 75 where it asked for patience.
public struct PullError: Error, Sendable, CustomStringConvertible {
  public var system: UpstreamSystem
  public var failure: CallFailure

  public var description: String {
    "\(system == .resman ? "ResMan" : "DomIQ") gave nothing: \(failure.description)"
  }
}

struct PullKey: Hashable {
  var system: UpstreamSystem
  var property: UUID
}

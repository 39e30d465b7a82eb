import Foundation
import Leads
import Postgres
import Statistics

/// The latency of the window's changes, from when they occurred to when they were applied, in one pass over
/// its log rows. The p-th percentile is the smallest latency that at least p % of the changes do not exceed.
struct Latencies: Sendable {
  private var propertyIndex = PropertyIndex()
  /// Microseconds, by the index of the property.
  private var latencies: [[Int64]] = []

  /// Reads the log; needs only the parameters of the measurement.
  static func read(on database: isolated PostgresConnection) throws -> Latencies {
    var read = Latencies()
    try database.copyOutRows(
      PackageResources.latencies_sql, columns: ["property_id", "occurred_at", "synced_at"]
    ) { row in
      let place = read.propertyIndex.index(of: try row.uuid())
      if place == read.latencies.count { read.latencies.append([]) }
      guard let occurred = try row.timestampMicroseconds(),
        let synced = try row.timestampMicroseconds()
      else { return }
      read.latencies[place].append(synced - occurred)
    }
    for place in read.latencies.indices { read.latencies[place].sort() }
    return read
  }

  /// Fills `measure_latency`.
  func write(on database: isolated PostgresConnection) throws {
    var rows = zip(propertyIndex.properties, latencies).map { property, latencies in
      Scoped(of: FigureKey(property, nil), parts: [latencies])
    }
    rows.append(Scoped(of: .portfolio, parts: latencies))
    try database.fill(Self.table, rows.filter { $0.parts.contains { !$0.isEmpty } })
  }

  /// Of one scope, in parts of which each ascends.
  private struct Scoped {
    var of: FigureKey
    var parts: [[Int64]]
  }

  private static let table = CopyTable<Scoped>(
    "measure_latency",
    [
      .text("scope") { $0.of.scope },
      .uuid("key") { $0.of.key },
      .count("n") { count(upTo: .max, in: $0.parts) },
      .count("quick") { count(upTo: 10_000_000, in: $0.parts) },
      .double("p50") { quantile(0.5, of: $0.parts) },
      .double("p95") { quantile(0.95, of: $0.parts) },
      .double("p99") { quantile(0.99, of: $0.parts) },
    ])
}

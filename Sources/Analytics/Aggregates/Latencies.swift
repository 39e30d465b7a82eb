import Foundation
import Postgres
import Statistics

/// The latency of the window's changes, from when they occurred to when they were applied: one pass over its log rows.
/// A percentile is the smallest latency that at least that share does not exceed.
struct Latencies: Sendable {
  private var propertyIndex = PropertyIndex()
  /// Microseconds, by the index of the property.
  private var latencies: [[Int64]] = []

  /// Reads the log; needs only the parameters of the measurement.
  static func read(on database: isolated PostgresConnection) throws -> Latencies {
    var read = Latencies()
    let query = String(decoding: PackageResources.latencies_sql, as: UTF8.self)
    try database.copyOutRows(query) { row in
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
    try database.fill("measure_latency", columns: 7) { rows in
      for (property, latencies) in zip(propertyIndex.properties, latencies) {
        Self.append([latencies], of: FigureKey(property, nil), &rows)
      }
      Self.append(latencies, of: .portfolio, &rows)
    }
  }

  /// - Parameter parts: each ascending.
  private static func append(
    _ parts: [[Int64]], of key: FigureKey, _ rows: inout BinaryCopyRows
  ) {
    guard parts.contains(where: { !$0.isEmpty }) else { return }
    rows.beginRow()
    rows.append(key.scope)
    rows.append(key.key)
    rows.append(Int64(count(upTo: .max, in: parts)))
    rows.append(Int64(count(upTo: 10_000_000, in: parts)))
    for share in [0.5, 0.95, 0.99] { rows.append(quantile(share, of: parts)) }
  }
}

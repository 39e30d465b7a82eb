import Foundation
import Postgres

/// How long after they occurred the changes of the window were carried over: one pass over its log rows.
/// A percentile is the smallest latency that at least that share has.
enum Latencies {
  /// Fills `measure_latency`.
  static func write(on database: isolated PostgresConnection) throws {
    var places: [UUID?: Int] = [:]
    var properties: [(id: UUID?, latencies: [Int64])] = []
    let query = String(decoding: PackageResources.latencies_sql, as: UTF8.self)
    try database.copyOutRows(query) { row in
      let id = try row.uuid()
      guard let occurred = try row.timestampMicroseconds(),
        let synced = try row.timestampMicroseconds()
      else { return }
      let place = places[id] ?? properties.count
      if place == properties.count {
        places[id] = place
        properties.append((id, []))
      }
      properties[place].latencies.append(synced - occurred)
    }
    var rows = BinaryCopyRows(columns: 7)
    for index in properties.indices { properties[index].latencies.sort() }
    for (id, latencies) in properties { append([latencies], of: FigureKey(id, nil), &rows) }
    append(properties.map(\.latencies), of: .portfolio, &rows)
    try database.beginCopyIn("copy measure_latency from stdin (format binary)")
    try database.copyIn(rows.finish())
    try database.endCopyIn()
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

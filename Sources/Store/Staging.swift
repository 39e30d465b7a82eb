import Foundation
import Leads
import Postgres

/// One staging table, filled by one binary COPY for the whole pull; workers append chunks of whole rows in any order.
package struct Staging: Sendable {
  package let connection: PostgresConnection
  package let system: UpstreamSystem

  package init(connection: PostgresConnection, system: UpstreamSystem) {
    self.connection = connection
    self.system = system
  }

  /// Columns of the table, which every chunk's rows have.
  package static func columns(of system: UpstreamSystem) -> Int { system == .domiq ? 9 : 8 }

  /// An encoder whose chunks have no header: they go into the middle of the COPY.
  package static func encoder(for system: UpstreamSystem) -> BinaryCopyRows {
    var rows = BinaryCopyRows(columns: columns(of: system))
    _ = rows.take()
    return rows
  }

  /// Empties the table and opens the COPY.
  package func begin() async throws {
    _ = try await connection.execute("truncate \(identifier: "stage_\(system.rawValue)")")
    try await connection.beginCopyIn(
      "copy stage_\(system.rawValue) from stdin (format binary)")
    var opening = BinaryCopyRows(columns: Self.columns(of: system))
    try await connection.copyIn(opening.take())
  }

  /// Rows of one page; returns when the server has taken them.
  package func send(_ chunk: [UInt8]) async throws {
    guard !chunk.isEmpty else { return }
    try await connection.copyIn(chunk)
  }

  /// Closes the COPY; gives the number of rows staged.
  package func finish() async throws -> Int {
    var closing = Self.encoder(for: system)
    try await connection.copyIn(closing.finish())
    let rows = try await connection.endCopyIn()
    try await connection.script("analyze stage_\(system.rawValue)")
    return rows
  }
}

import Postgres

/// Lends a connection for one unit of work: a night its only connection, the live API one of a pool.
package protocol ConnectionLender: Sendable {
  /// Lends a connection for the time of `body`.
  func withConnection<T: Sendable>(
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T
}

extension PostgresPool: ConnectionLender {}

extension PostgresConnection: ConnectionLender {
  /// Lends itself.
  package nonisolated func withConnection<T: Sendable>(
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    try await body(self)
  }
}

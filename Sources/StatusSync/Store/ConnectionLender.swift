import Postgres

/// Who lends a connection for one unit of work: a night its one connection, the live API a pool.
public protocol ConnectionLender: Sendable {
  /// Lends a connection for the time of `body`.
  func withConnection<T: Sendable>(
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T
}

extension PostgresPool: ConnectionLender {}

extension PostgresConnection: ConnectionLender {
  /// Lends itself.
  public nonisolated func withConnection<T: Sendable>(
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    try await body(self)
  }
}

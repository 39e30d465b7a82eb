import Postgres
import Settings

/// A run needs sessions of its own: its lock, its settings and its temporary tables belong to a session. A
/// pooler that lends the server's sessions transaction by transaction (PgBouncer, `pool_mode = transaction`
/// or `statement`) spreads them over several sessions, and lets others get the lock. A pooler in session mode
/// works.
package enum SessionRule {
  private static let sentence =
    "the database is reached through a pooler that lends sessions transaction by transaction (PgBouncer, "
    + "pool_mode = transaction); name the server itself, or a pool with pool_mode = session"

  /// - Throws: `ConfigurationError` behind such a pooler.
  package static func require(_ connection: PostgresConnection) async throws {
    let reported = await connection.backendID
    let first = try await process(connection)
    // If the values that the server reported at the start still hold, no pooler is in between.
    guard reported != first else { return }
    let other = try await PostgresConnection(connection.configuration)
    let isShared: Result<Bool, any Error>
    do {
      isShared = .success(try await shares(connection, first: first, with: other))
    } catch { isShared = .failure(error) }
    await other.close()
    guard try !isShared.get() else { throw ConfigurationError(sentence) }
  }

  /// While the other session has a transaction open: it has this one's process, or this one got another
  /// process.
  private static func shares(
    _ connection: PostgresConnection, first: Int, with other: PostgresConnection
  ) async throws -> Bool {
    try await other.script("begin")
    let theirs = try await process(other)
    let now = try await process(connection)
    try await other.script("rollback")
    return theirs == first || now != first
  }

  private static func process(_ connection: PostgresConnection) async throws -> Int {
    try await connection.queryOne("select pg_backend_pid() as pid")?["pid"] ?? 0
  }
}

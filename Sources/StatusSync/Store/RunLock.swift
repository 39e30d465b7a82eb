import Postgres

/// Somebody else is running: nothing was done, no HTTP call was made. Exit status 11.
public struct LockHeld: Error, CustomStringConvertible {
  public var description: String { "another run holds the lock" }
}

/// The advisory lock that makes a run the only writer. It lives on the connection that writes the
/// intents, so a run that loses the lock has lost its pen as well.
public enum RunLock {
  /// One number for all of StatusSync in a database: "sync" in ASCII.
  static let key = 0x7379_6e63

  /// Takes the lock, or throws `LockHeld` at once.
  public static func take(on connection: PostgresConnection) async throws {
    let rows = try await connection.query("select pg_try_advisory_lock(\(key)) as taken")
    guard let row = rows.first, try row["taken"] as Bool else { throw LockHeld() }
  }

  /// Gives the lock back; closing the connection does the same.
  public static func release(on connection: PostgresConnection) async {
    _ = try? await connection.query("select pg_advisory_unlock(\(key))")
  }
}

import Leads
import Postgres

/// Another run holds the lock: nothing was done, no HTTP call was made. Exit status 11.
package struct LockHeld: Error, Sendable, CustomStringConvertible {
  package var lock: JobLock
  package var holder: LockHolder

  package var description: String {
    switch lock {
    case .run: "another run holds the lock (\(holder)); nothing was done"
    case .measurement:
      "another run or report is measuring (\(holder)); no figures were computed: run it again later"
    }
  }
}

/// A session that holds a lock, as far as this login may see.
package struct LockHolder: Sendable, Equatable, CustomStringConvertible {
  package var pid: Int
  package var login: String?
  package var application: String?
  package var address: String?
  /// When the session began, ISO 8601.
  package var since: String?

  package var description: String {
    [
      login.map { "user \($0)" }, application.flatMap { $0.isEmpty ? nil : "application \($0)" },
      address.map { "from \($0)" }, "backend \(pid)", since.map { "since \($0)" },
    ].compactMap { $0 }.joined(separator: ", ")
  }
}

/// A lock that only the job's roles can take: an advisory lock of the session, which ends with the connection, under a
/// key in `job_lock`. Another session that holds the key blocks nothing: the next permitted one chooses a new key.
///
/// A run writes its intents on the connection that holds `run`: a run that loses the lock sends nothing
/// more.
package enum JobLock: String, Sendable, CaseIterable {
  /// One writer.
  case run
  /// One measurement at a time.
  case measurement

  /// A lock that this connection holds until it is released or closed.
  package struct Held: Sendable {
    package let key: Int
    /// Sessions that held the key without permission for the lock.
    package let passedOver: [LockHolder]
  }

  private enum Attempt: Sendable {
    case taken(Held)
    case held(LockHolder)
    /// The holder ended in between.
    case gone
  }

  /// Takes the lock.
  /// - Parameters:
  ///   - timeout: how long to wait for its holder; zero: not at all.
  /// - Throws: `LockHeld`, which names the holder; `ConfigurationError` where others get the session, and the lock, too.
  package func take(
    on connection: PostgresConnection, timeout: Duration = .zero, clock: RunClock = .system()
  ) async throws -> Held {
    try await SessionRule.require(connection)
    let start = clock.elapsed()
    var missed = 0
    while true {
      switch try await attempt(on: connection) {
      case .taken(let held): return held
      case .gone:
        missed += 1
        guard missed < 100 else { throw LockHeld(lock: self, holder: LockHolder(pid: 0)) }
        try await clock.sleep(.milliseconds(10))
      case .held(let holder):
        guard clock.elapsed() - start < timeout else {
          throw LockHeld(lock: self, holder: holder)
        }
        try await clock.sleep(.milliseconds(250))
      }
    }
  }

  /// Runs `body` while this connection holds the lock. What the body holds again is held until the outermost ends.
  /// - Parameter timeout: how long to wait for its holder; zero: not at all.
  /// - Throws: `LockHeld`, which names the holder; the error of the body.
  package func held<T: Sendable>(
    on connection: PostgresConnection, timeout: Duration = .zero, _ body: () async throws -> T
  ) async throws -> T {
    let lock = try await take(on: connection, timeout: timeout)
    let result: Result<T, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    await release(lock, on: connection)
    return try result.get()
  }

  /// Releases the lock, also while the task is being stopped; closing the connection does the same.
  package func release(_ held: Held, on connection: PostgresConnection) async {
    await connection.shielded { _ = try? $0.query("select pg_advisory_unlock(\(held.key))") }
  }

  private func attempt(on connection: PostgresConnection) async throws -> Attempt {
    try await connection.transaction { db in
      let row = try db.queryOne(SQL(file: PackageResources.job_lock_key_sql, rawValue))
      guard let row else { throw StoreError.unexpectedNull("job_lock.key") }
      var key: Int = try row["key"]
      var passedOver: [LockHolder] = []
      if try !Self.locks(key, on: db) {
        let holders = try db.query(
          SQL(
            file: PackageResources.job_lock_holders_sql, key, try row["pid"] as Int?,
            try row["backend_start"] as Instant?))
        for holder in holders where try holder["is_ours"] { return .held(try LockHolder(holder)) }
        passedOver = try holders.map(LockHolder.init)
        key = Int.random(in: .min ... .max)
        guard !passedOver.isEmpty, try Self.locks(key, on: db) else { return .gone }
      }
      _ = try db.execute(SQL(file: PackageResources.job_lock_taken_sql, rawValue, key))
      return .taken(Held(key: key, passedOver: passedOver))
    }
  }

  private static func locks(_ key: Int, on database: isolated PostgresConnection) throws -> Bool {
    try database.queryOne("select pg_try_advisory_lock(\(key)) as taken")?["taken"] ?? false
  }
}

extension LockHolder {
  fileprivate init(_ row: Row) throws {
    self.init(
      pid: try row["pid"], login: try row["login"], application: try row["application"],
      address: try row["address"], since: try row["since"])
  }
}

extension LockHeld: CodedError {
  package var errorCode: ErrorCode { .locked }
}

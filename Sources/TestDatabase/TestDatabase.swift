import Foundation
import Postgres
import PrivatePostgres
import Synchronization

/// A new database for one test, empty or prepared, on a private server that all tests of the process share
/// and that ends with the process.
///
///     try await TestDatabase.with { database in
///       let connection = try await database.connect()
///       …
///     }
///
/// A prepared one is copied from a template that is made once per process:
///
///     try await TestDatabase.with(template: "migrated", prepare: { connection in … }) { … }
package struct TestDatabase: Sendable {
  /// The database's name on the shared server.
  package let name: String
  /// Its connection string, for `DATABASE_URL` and for configurations.
  package let url: String

  /// A new connection.
  package func connect() async throws -> PostgresConnection {
    try await PostgresConnection(PostgresConfiguration(url: url, applicationName: "test"))
  }

  /// A pool of connections.
  package func pool(size: Int = 4) -> PostgresPool {
    PostgresPool(PostgresConfiguration(url: url, applicationName: "test"), size: size)
  }

  /// The column `value` of the one row of a statement, on a connection of its own.
  package func value<T: PostgresDecodable & Sendable>(_ sql: SQL) async throws -> T {
    let connection = try await connect()
    let rows = try await connection.query(sql)
    await connection.close()
    guard let row = rows.first else { throw NoRow() }
    return try row["value"]
  }

  /// Returns as soon as so many sessions wait for a lock.
  package func untilBlocked(_ count: Int = 1) async throws {
    let connection = try await connect()
    var blocked = 0
    while blocked < count {
      let row = try await connection.queryOne(
        """
        select count(*)::int as blocked from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
        """)
      blocked = try row?["blocked"] ?? 0
      await Task.yield()
    }
    await connection.close()
  }

  /// A statement that should have given a row gave none.
  package struct NoRow: Error {}

  /// Creates a database. Without `drop` it stays until the process ends.
  ///
  /// - Parameters:
  ///   - template: A name for what `prepare` does; it is done once per process and name.
  ///   - prepare: Fills the template.
  package static func make(
    template: String = "empty",
    prepare: @escaping @Sendable (PostgresConnection) async throws -> Void = { _ in }
  ) async throws -> TestDatabase {
    try await TestServer.shared.database(template: template, prepare: prepare)
  }

  /// Creates a database, runs `body` with it, and drops it, even if connections to it are still open.
  ///
  /// Only a few are lent at a time: all tests begin at once, and with a night in each of them a small machine
  /// would slow down and run out of connections. A nested call does not wait again.
  package static func with<T: Sendable>(
    template: String = "empty",
    prepare: @escaping @Sendable (PostgresConnection) async throws -> Void = { _ in },
    _ body: @Sendable (TestDatabase) async throws -> T
  ) async throws -> T {
    if isLending { return try await lend(template, prepare, body) }
    await Turns.shared.take()
    let result: Result<T, any Error>
    do {
      result = .success(
        try await $isLending.withValue(true) { try await lend(template, prepare, body) })
    } catch {
      result = .failure(error)
    }
    await Turns.shared.giveBack()
    return try result.get()
  }

  @TaskLocal private static var isLending = false

  private static func lend<T: Sendable>(
    _ template: String, _ prepare: @escaping @Sendable (PostgresConnection) async throws -> Void,
    _ body: @Sendable (TestDatabase) async throws -> T
  ) async throws -> T {
    let database = try await make(template: template, prepare: prepare)
    do {
      let value = try await body(database)
      try await database.drop()
      return value
    } catch {
      try? await database.drop()
      throw error
    }
  }

  /// Drops the database; connections to it are ended by the server.
  package func drop() async throws {
    let name = name
    // Not subject to the test's own cancellation (a time limit).
    try await Task {
      try await TestServer.shared.drop(name)
    }.value
  }
}

/// How many databases may be lent now; the others wait in the order of asking.
private actor Turns {
  static let shared = Turns()

  private var free = 8
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// The server all tests of this process share: started when first needed, in the temporary folder.
/// `PrivateServer`'s dead man's switch stops it and removes the folder when the process ends.
package actor TestServer {
  /// The only one.
  package static let shared = TestServer()

  private var starting: Task<PrivateServer, any Error>?
  private var templates: [String: Task<String, any Error>] = [:]
  private var count = 0

  /// The running server, started by the first who asks.
  package func server() async throws -> PrivateServer {
    if let starting { return try await starting.value }
    let task = Task {
      let folder = "\(NSTemporaryDirectory())/status-sync-test-\(UUID().uuidString.prefix(8))"
      // Autovacuum would give one database statistics in the middle of a test, and another none.
      return try await PrivateServer.start(
        directory: folder, forTests: true, settings: ["autovacuum = off"])
    }
    starting = task
    return try await task.value
  }

  func database(
    template: String, prepare: @escaping @Sendable (PostgresConnection) async throws -> Void
  ) async throws -> TestDatabase {
    let source = try await self.template(template, prepare: prepare)
    count += 1
    let name = "test_\(count)"
    let url = try await server().url(database: name)
    try await command("create database \(identifier: name) template \(identifier: source)")
    return TestDatabase(name: name, url: url)
  }

  func drop(_ name: String) async throws {
    try await command("drop database if exists \(identifier: name) with (force)")
  }

  private func template(
    _ key: String, prepare: @escaping @Sendable (PostgresConnection) async throws -> Void
  ) async throws -> String {
    if let known = templates[key] { return try await known.value }
    let name = "template_\(templates.count + 1)"
    let task = Task {
      try await command("create database \(identifier: name)")
      let configuration = PostgresConfiguration(
        url: try await server().url(database: name), applicationName: "template")
      let connection = try await PostgresConnection(configuration)
      try await prepare(connection)
      await connection.close()
      return name
    }
    templates[key] = task
    return try await task.value
  }

  private func command(_ sql: SQL) async throws {
    _ = try await administer().execute(sql)
  }

  private var connecting: Task<PostgresConnection, any Error>?

  private func administer() async throws -> PostgresConnection {
    if let connecting { return try await connecting.value }
    let task = Task {
      try await PostgresConnection(
        PostgresConfiguration(url: try await server().url(), applicationName: "test-server"))
    }
    connecting = task
    return try await task.value
  }
}

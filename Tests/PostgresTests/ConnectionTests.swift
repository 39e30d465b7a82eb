import Foundation
import Postgres
import TestDatabase
import Testing

@Suite struct ConnectionTests {
  @Test func errorsCarryTheStateButNoData() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script("create table person (email text constraint person_email unique)")
      try await connection.execute("insert into person values (\("ann@example.com"))")
      let error = await #expect(throws: PostgresError.self) {
        try await connection.execute("insert into person values (\("ann@example.com"))")
      }
      #expect(error?.sqlState == "23505")
      #expect(error?.isUniqueViolation == true)
      #expect(error?.label == "server.23505")
      #expect(error?.object == "person_email")
      #expect(error?.detail.contains("ann@example.com") == true)
      #expect(error.map { "\($0)" } == "postgres: server.23505 (person_email)")
      let count: Int = try #require(try await connection.queryOne("select count(*) from person"))[
        at: 0]
      #expect(count == 1)  // the connection is still usable
    }
  }

  @Test(arguments: [
    ("postgresql://user:hunter2@localhost:notaport/db", "connect"),
    ("postgresql://user:hunter2@part@localhost/db", "connection_string"),
    ("host=/nonexistent user=u password=hunter2", "connect"),
    ("postgresql://u:hunter2@127.0.0.1:1/db", "connect"),
    ("nonsense", "connection_string"),
  ])
  func badConnectionStringsFailWithoutTellingThePassword(url: String, label: String) async throws {
    let configuration = PostgresConfiguration(url: url, connectTimeoutSeconds: 2)
    let error = await #expect(throws: PostgresError.self) {
      _ = try await PostgresConnection(configuration)
    }
    #expect(error?.label == label)
    #expect(error?.isConnectionFailure == (label == "connect"))
    for text in [error.map { "\($0) \($0.detail)" }, "\(configuration)"] {
      #expect(text?.contains("hunter2") == false)
    }
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("hunter2"))
  }

  @Test func aDatabaseThatDoesNotExistIsAConnectError() async throws {
    let url = try await TestServer.shared.server().url(database: "absent")
    let error = await #expect(throws: PostgresError.self) {
      _ = try await PostgresConnection(PostgresConfiguration(url: url))
    }
    #expect(error?.label == "connect.3D000" && error?.isConnectionFailure == true)
    #expect(error?.detail.contains("absent") == true && error?.detail.contains("LOCATION") == false)
    #expect(error?.advice?.needsChange == true)
  }

  /// A host that does not answer: its queue is full, so the system drops whoever wants to connect.
  private struct SilentHost {
    let port: Int
    private let sockets: [Int32]

    init() {
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var sockets = [listener]
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      port = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = bind(listener, $0, length)
          _ = getsockname(listener, $0, &length)
          _ = listen(listener, 0)
          for _ in 0..<4 {
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let waiting = socket(AF_INET, kind, 0)
            _ = connect(waiting, $0, length)
            sockets.append(waiting)
          }
        }
        return Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
      self.sockets = sockets
    }

    func stop() { for socket in sockets { close(socket) } }
  }

  /// Of two hosts the second is reached although the first does not answer, within the time of the first.
  @Test(arguments: [("", 2), (" connect_timeout=1", 600)])
  func aHostThatDoesNotAnswerIsPassedOver(option: String, seconds: Int) async throws {
    try await TestDatabase.with { database in
      let silent = SilentHost()
      defer { silent.stop() }
      let named = try #require(database.url.firstMatch(of: /host=([^&]+)/))
      let folder = try #require(String(named.1).removingPercentEncoding)
      func configuration(_ hosts: String, _ ports: String) -> PostgresConfiguration {
        PostgresConfiguration(
          url: "host='\(hosts)' port=\(ports) user=postgres dbname='\(database.name)'\(option)",
          connectTimeoutSeconds: seconds)
      }
      let start = ContinuousClock.now
      let connection = try await PostgresConnection(
        configuration("127.0.0.1,\(folder)", "\(silent.port),5432"))
      #expect(try await connection.execute("select 1") == 1)
      await connection.close()
      let error = await #expect(throws: PostgresError.self) {
        _ = try await PostgresConnection(configuration("127.0.0.1", "\(silent.port)"))
      }
      #expect(error?.isConnectionFailure == true)
      // Two seconds each.
      #expect(ContinuousClock.now - start > .seconds(3))
      #expect(ContinuousClock.now - start < .seconds(60))
    }
  }

  @Test func theSessionSpeaksUTCAndISO() async throws {
    try await TestDatabase.with { database in
      let row = try #require(
        try await database.connect().queryOne(
          """
          select current_setting('timezone') as zone, current_setting('client_encoding') as encoding,
            current_setting('standard_conforming_strings') as strings,
            current_setting('application_name') as name
          """))
      #expect(try row["zone"] == "UTC")
      #expect(try row["encoding"] == "UTF8")
      #expect(try row["strings"] == "on")
      #expect(try row["name"] == "test")
    }
  }

  @Test func cancellingTheTaskCancelsTheStatement() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let asleep = Task { try await connection.execute("select pg_sleep(600)") }
      try await database.waitUntil("select pg_sleep(600)", runs: true)
      asleep.cancel()
      let error = await #expect(throws: PostgresError.self) { _ = try await asleep.value }
      #expect(error?.sqlState == "57014")
      #expect(error?.isCancelled == true)
      #expect(try await connection.execute("select 1") == 1)
    }
  }

  @Test func cancelFromAnywhereCancelsTheStatement() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let asleep = Task { try await connection.execute("select pg_sleep(600)") }
      try await database.waitUntil("select pg_sleep(600)", runs: true)
      connection.cancel()
      let error = await #expect(throws: PostgresError.self) { _ = try await asleep.value }
      #expect(error?.sqlState == "57014")
    }
  }

  @Test func aCancelledTaskSendsNothingUnlessShielded() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      try await connection.script("create table t (n int)")
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await connection.shielded { _ = try $0.execute("insert into t values (1)") }
        return try await connection.execute("insert into t values (2)")
      }
      let error = await #expect(throws: PostgresError.self) { _ = try await task.value }
      #expect(error?.isCancelled == true)
      let rows = try await connection.query("select n from t")
      #expect(try rows.map { try $0["n"] } == [1])
    }
  }

  @Test func aKilledBackendIsAConnectionFailure() async throws {
    try await TestDatabase.with { database in
      let (connection, killer) = (try await database.connect(), try await database.connect())
      try await killer.terminate(connection)
      let error = await #expect(throws: PostgresError.self) {
        try await connection.execute("select 1")
      }
      #expect(error?.isConnectionFailure == true)
      #expect(!connection.isAlive)
      let again = await #expect(throws: PostgresError.self) {
        try await connection.execute("select 1")
      }
      #expect(again?.isConnectionFailure == true)
    }
  }

  @Test func closeMayBeCalledTwiceAndEndsTheSession() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      await connection.close()
      await connection.close()
      connection.cancel()
      let error = await #expect(throws: PostgresError.self) {
        try await connection.execute("select 1")
      }
      #expect(error?.label == "closed")
    }
  }

  @Test func anActorThatGoesAwayClosesItsSession() async throws {
    try await TestDatabase.with { database in
      var connection: PostgresConnection? = try await database.connect()
      let id = await connection?.backendID ?? 0
      connection = nil
      let watcher = try await database.connect()
      // Ends when the backend is gone, or with the test's time limit.
      while try await watcher.query(
        "select 1 from pg_stat_activity where pid = \(id)"
      ).count > 0 {}
      #expect(id > 0)
    }
  }

  @Test func manyTasksShareOneConnection() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let sum = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 1...200 {
          group.addTask {
            try #require(try await connection.queryOne("select \(number)::int as n"))["n"]
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(sum == 20_100)
    }
  }

  @Test func rowsArriveOneByOne() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let sum = try await connection.perform { db in
        var sum = 0
        let count = try db.forEachRow("select n from generate_series(1, \(1000)) as n") {
          sum += try $0["n"] as Int
        }
        return (sum, count)
      }
      #expect(sum == (500_500, 1000))
      struct Enough: Error {}
      await #expect(throws: Enough.self) {
        try await connection.perform { db in
          _ = try db.forEachRow("select generate_series(1, 100000000)") { _ in throw Enough() }
        }
      }
      #expect(try await connection.execute("select 1") == 1)
    }
  }

  @Test func noticesAreKeptNotPrinted() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      _ = connection.takeNotices()
      try await connection.script("do $$ begin raise notice 'hello %', 1; end $$")
      #expect(connection.takeNotices().map { $0.contains("hello 1") } == [true])
      #expect(connection.takeNotices().isEmpty)
    }
  }

  @Test func copyStatementsInAQueryAreRefused() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let error = await #expect(throws: PostgresError.self) {
        try await connection.execute("copy (select 1) to stdout")
      }
      #expect(error?.label == "misuse")
    }
  }
}

extension TestDatabase {
  /// Waits until some session of this database runs (or does not run) a statement.
  func waitUntil(_ statement: String, runs: Bool) async throws {
    let watcher = try await connect()
    let sql: SQL = """
      select 1 from pg_stat_activity
      where datname = current_database() and state = 'active' and query = \(statement)
      """
    while try await watcher.query(sql).isEmpty == runs {}
    await watcher.close()
  }
}

extension PostgresConnection {
  /// Ends another session and waits until it is gone.
  func terminate(_ other: PostgresConnection) async throws {
    let id = await other.backendID
    let row = try queryOne("select pg_terminate_backend(\(id), 600000) as gone")
    #expect(try row?["gone"] == true)
  }
}

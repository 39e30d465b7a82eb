import Foundation
import Postgres
import TestDatabase
import Testing

/// Limits that a hosted server sets for its users, and the messages about failures.
@Suite struct LimitsTests {
  /// A session sets what it needs, whatever the defaults of the database or the role are.
  @Test func theServersTimeLimitsDoNotHold() async throws {
    try await TestDatabase.with { database in
      let admin = try await database.connect()
      for setting in [
        "statement_timeout", "idle_session_timeout", "idle_in_transaction_session_timeout",
      ] {
        try await admin.execute(
          "alter database \(identifier: database.name) set \(identifier: setting) = '200ms'")
      }
      try await admin.execute(
        "alter database \(identifier: database.name) set lock_timeout = '1ms'")
      let connection = try await database.connect()
      for (name, value) in [
        ("statement_timeout", "0"), ("idle_session_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"), ("lock_timeout", "1min"),
      ] {
        let row = try await connection.queryOne("select current_setting(\(name)) as value")
        #expect(try row?["value"] == value, "\(name)")
      }
      _ = try await connection.query("select pg_sleep(0.4)")
    }
  }

  /// A statement, and the message about its failure.
  static let refusals: [(sql: String, needsChange: Bool, words: String)] = [
    ("begin read only; create table t ()", true, "is read-only"),
    ("select * from absent", true, "run status-sync migrate"),
    ("select absent", true, "run status-sync migrate"),
    ("select absent(1)", true, "run status-sync migrate"),
    ("create table pg_temp.t (); create table pg_temp.t ()", true, "has something of that name"),
    ("set statement_timeout = '50ms'; select pg_sleep(60)", false, "stopped a statement"),
    (
      "set temp_file_limit = 1; select count(*) from (select generate_series(1, 2000000) as n "
        + "order by 1 desc) as x, pg_sleep(0)", true, "at a limit of its configuration"
    ),
  ]

  @Test func errorsSayWhatAnOperatorCanDo() async throws {
    try await TestDatabase.with { database in
      for (sql, needsChange, words) in Self.refusals {
        let connection = try await database.connect()
        let error = await #expect(throws: PostgresError.self, "\(sql)") {
          try await connection.script(sql)
        }
        let advice = error?.advice
        #expect(advice?.needsChange == needsChange, "\(sql)")
        #expect(advice?.text.contains(words) == true, "\(sql): \(advice?.text ?? "")")
        await connection.close()
      }
      let connection = try await database.connect()
      let error = await #expect(throws: PostgresError.self) {
        try await connection.script("selec 1")
      }
      #expect(error?.advice == nil)
    }
  }

  /// Whatever state counts as a lost session is told as something that may pass: a pooler has states of its own.
  @Test func everyLossOfASessionSaysWhatToDo() {
    let tails = (0...9).map { "00\($0)" } + (1...9).map { "P0\($0)" }
    var lost: Set<String> = []
    for kind in ["08", "25", "28", "53", "57", "58", "XX"] {
      for state in tails.map({ kind + $0 }) {
        let error = PostgresError(.server, sqlState: state, detail: "", message: "no more")
        guard error.isConnectionFailure else { continue }
        lost.insert(state)
        #expect(error.advice?.needsChange == false, "\(state)")
      }
    }
    #expect(lost.isSuperset(of: ["08006", "08P01", "57P01"]))
  }

  @Test func aLoginWithoutRightsIsToldWhat() async throws {
    try await TestDatabase.with { database in
      let admin = try await database.connect()
      let name = "limits_\(UUID().uuidString.prefix(8).lowercased())"
      try await admin.execute("create role \(identifier: name) login connection limit 1")
      try await admin.script("create table kept ()")
      let url = database.url + "&user=\(name)"
      let connection = try await PostgresConnection(PostgresConfiguration(url: url))
      let error = await #expect(throws: PostgresError.self) {
        _ = try await connection.query("select from kept")
      }
      #expect(error?.advice?.needsChange == true)
      #expect(error?.advice?.text.contains("permission denied for table kept") == true)
      // Only one session is allowed.
      let full = await #expect(throws: PostgresError.self) {
        _ = try await PostgresConnection(PostgresConfiguration(url: url))
      }
      #expect(full?.sqlState == "53300" && full?.isConnectionFailure == true)
      #expect(full?.advice?.needsChange == false)
      await connection.close()
      try await admin.execute("drop role \(identifier: name)")
    }
  }

  static let places: [(url: String, place: String)] = [
    ("postgresql://u:hunter2@db.example.com:5433/d?sslmode=require", "d at db.example.com:5433"),
    ("host=/run/postgresql dbname=d user=u password=hunter2", "d at /run/postgresql"),
    ("postgresql:///d", "d"), ("nonsense", ""), ("postgresql://u:hun@ter2@db.example.com/d", ""),
    ("postgresql://a,b/d", "d at a,b"), ("postgresql://a:1,b:2/d", "d at a:1,b:2"),
  ]

  @Test(arguments: places)
  func aDescriptionNamesHostAndDatabaseOnly(url: String, place: String) {
    #expect(PostgresConfiguration(url: url).place == place)
  }

  /// Every failure to connect says what to do.
  @Test(arguments: [
    ("host=127.0.0.1 port=1 user=u password=hunter2", false, "cannot be reached"),
    ("nonsense", true, "cannot be understood"),
  ])
  func noConnectionIsASentence(url: String, needsChange: Bool, words: String) async throws {
    let error = await #expect(throws: PostgresError.self) {
      _ = try await PostgresConnection(PostgresConfiguration(url: url, connectTimeoutSeconds: 2))
    }
    #expect(error?.advice?.needsChange == needsChange)
    #expect(error?.advice?.text.contains(words) == true)
    #expect(error?.advice?.text.contains("hunter2") == false)
    #expect(error?.advice?.text.contains("\n") == false)
  }
}

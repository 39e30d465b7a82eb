import Foundation
import Postgres
import PrivatePostgres

/// What the server spent its time on: by `pg_stat_statements` where it is there, else by the durations that
/// the server logs.
struct SlowStatements {
  /// Settings under which the server tells; the second for one without the extension.
  static let settings = [
    ["autovacuum = off", "shared_preload_libraries = 'pg_stat_statements'"],
    ["autovacuum = off", "log_min_duration_statement = 20"],
  ]

  struct Statement: Encodable, Sendable {
    var seconds: Double
    var calls: Int
    /// Its beginning, without comments.
    var text: String
  }

  let server: PrivateServer

  /// Forgets what was before.
  func reset() async throws {
    try await withAdmin { connection in
      guard try await Self.hasExtension(connection) else {
        try Data().write(to: URL(fileURLWithPath: server.logFile))
        return
      }
      try await connection.script(
        "create extension if not exists pg_stat_statements; select pg_stat_statements_reset()")
    }
  }

  /// The ten that took longest since, all their calls together.
  func slowest() async throws -> [Statement] {
    try await withAdmin { connection in
      guard try await Self.hasExtension(connection) else { return try logged() }
      return try await connection.query(
        """
        select total_exec_time / 1000 as seconds, calls, query
        from pg_stat_statements order by total_exec_time desc limit 10
        """
      ).map {
        Statement(
          seconds: try $0["seconds"], calls: try $0["calls"], text: Self.beginning(try $0["query"]))
      }
    }
  }

  private func withAdmin<T>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
    let connection = try await PostgresConnection(PostgresConfiguration(url: server.url()))
    let result: Result<T, any Error>
    do { result = .success(try await body(connection)) } catch { result = .failure(error) }
    await connection.close()
    return try result.get()
  }

  private static func hasExtension(_ connection: PostgresConnection) async throws -> Bool {
    let rows = try await connection.query(
      "select current_setting('shared_preload_libraries') ~ 'pg_stat_statements' as yes")
    return try rows.first?["yes"] ?? false
  }

  /// From lines such as `LOG:  duration: 21.3 ms  execute <unnamed>: select …`, continued after tabs.
  private func logged() throws -> [Statement] {
    var statements: [String: Statement] = [:]
    let log = try String(contentsOfFile: server.logFile, encoding: .utf8)
    for entry in log.replacing("\n\t", with: "\u{1}").split(separator: "\n") {
      guard let match = entry.firstMatch(of: /duration: ([0-9.]+) ms [^:]*: (.*)/),
        let milliseconds = Double(match.1)
      else { continue }
      let text = Self.beginning(String(match.2.replacing("\u{1}", with: "\n")))
      statements[text, default: Statement(seconds: 0, calls: 0, text: text)].calls += 1
      statements[text]?.seconds += milliseconds / 1000
    }
    return Array(statements.values.sorted { $0.seconds > $1.seconds }.prefix(10))
  }

  private static func beginning(_ query: String) -> String {
    let lines = query.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return String(lines.filter { !$0.hasPrefix("--") }.joined(separator: " ").prefix(90))
  }
}

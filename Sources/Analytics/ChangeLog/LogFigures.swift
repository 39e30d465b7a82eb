import Postgres

/// What the log itself tells of the windows, whatever its leads went through.
struct LogFigures: Sendable {
  var sync = SyncCounts()
  var latencies = Latencies()

  /// Needs nothing of the measurement but what is pinned.
  static func read(on database: isolated PostgresConnection) throws -> LogFigures {
    var figures = LogFigures()
    try figures.sync.readLog(on: database)
    figures.latencies = try Latencies.read(on: database)
    return figures
  }
}

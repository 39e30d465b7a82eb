import Postgres

/// The figures of the windows that come from log rows, not from stays.
struct LogFigures: Sendable {
  var sync = SyncCounts()
  var latencies = Latencies()

  /// Needs only the settings of the measurement.
  static func read(on database: isolated PostgresConnection) throws -> LogFigures {
    var figures = LogFigures()
    try figures.sync.readLog(on: database)
    figures.latencies = try Latencies.read(on: database)
    return figures
  }
}

import Foundation
import Leads
import Postgres
import Store

/// Reads the log in a second session, on the snapshot of the measuring session, while that one writes.
struct SnapshotReader: Sendable {
  let pass: Measurement
  let stable: StableWatermark
  /// Nil where the whole log is not read.
  let rebuild: StayRebuild?

  /// Receives the name of the measuring session's snapshot.
  private let snapshot = BoundedChannel<String>()
  private let answer = BoundedChannel<LogFigures>()

  init(_ pass: Measurement, _ stable: StableWatermark, rebuild: StayRebuild?) {
    self.pass = pass
    self.stable = stable
    self.rebuild = rebuild
  }

  /// Reads to the end; an error is passed to the measuring session.
  func run(_ configuration: PostgresConfiguration) async {
    do {
      let reader = try await PostgresConnection(configuration)
      let outcome: Result<Void, any Error>
      do {
        outcome = .success(try await reader.transaction(.snapshot) { db in try read(on: db) })
      } catch { outcome = .failure(error) }
      await reader.close()
      try outcome.get()
      answer.finish()
    } catch {
      rebuild?.failed(error)
      answer.finish(throwing: error)
    }
  }

  private func read(on database: isolated PostgresConnection) throws {
    guard let name = try snapshot.receive() else { throw CancellationError() }
    // Hexadecimal digits and hyphens; SET takes no parameters.
    let digits = name.filter { $0.isHexDigit || $0 == "-" }
    try database.script("set transaction snapshot '\(digits)'")
    try database.script(Measurement.session)
    try pass.setParameters(stable, on: database)
    try rebuild?.read(on: database)
    try answer.send(try LogFigures.read(on: database))
  }

  /// In the measuring session's transaction, first of all.
  func begin(on database: isolated PostgresConnection) throws {
    let row = try database.queryOne("select pg_export_snapshot() as name")
    try snapshot.send(try row?["name"] ?? "")
  }

  /// Waits for what was read.
  func figures() throws -> LogFigures {
    guard let figures = try answer.receive() else { throw CancellationError() }
    return figures
  }

  /// The measuring session has failed: ends this one.
  func abandon() {
    snapshot.finish()
    rebuild?.abandon()
    answer.abandon()
  }
}

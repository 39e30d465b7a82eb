import Foundation
import Postgres

/// Computes `visit` and `rollup` from the whole log. One session reads the change stream in order and
/// makes the stays, another writes them, both on one snapshot: the history never stands in memory.
struct VisitRebuild: Sendable {
  let asOf: Date
  let fence: Fence
  let progress: @Sendable (Nightly.Progress) -> Void

  /// What the reading session hands to the writing one.
  enum Piece: Sendable {
    /// A part of the COPY into `visit`.
    case visits([UInt8])
    /// Everything was read; comes last.
    case cells(DayCells, Symbols, visits: Int)
  }

  /// The name of the writer's snapshot, on its way to the reader.
  private let snapshot = Handover<String>()
  private let pieces = Handover<Piece>()

  init(asOf: Date, fence: Fence, progress: @escaping @Sendable (Nightly.Progress) -> Void) {
    self.asOf = asOf
    self.fence = fence
    self.progress = progress
  }

  /// Reads to the end; what stops it stops the writer.
  func read(on reader: PostgresConnection) async {
    do {
      try await reader.transaction(.snapshot) { db in try read(on: db) }
      pieces.finish()
    } catch {
      pieces.finish(throwing: error)
    }
  }

  /// The writer has failed: so does the reader.
  func abandon() {
    snapshot.finish()
    pieces.abandon()
  }

  private func read(on database: isolated PostgresConnection) throws {
    guard let name = try snapshot.receive() else { throw CancellationError() }
    // Hexadecimal digits and hyphens; SET takes no parameters.
    let digits = name.filter { $0.isHexDigit || $0 == "-" }
    try database.script("set transaction snapshot '\(digits)'")
    try database.script(MeasurePass.session)
    try MeasurePass.pin(asOf, fence, on: database)
    let count = try database.queryOne(
      "select reltuples::bigint as rows from pg_class where oid = 'status_sync_log'::regclass")
    progress(.began(stage: "measure", expected: try count?["rows"]))
    var reader = JourneyReader(days: try LocalDays(on: database), openFrom: nil)
    try reader.read(PackageResources.changes_of_all_sql, on: database) { reader in
      if reader.rows % 10_000 == 0 { progress(.advanced(stage: "measure", by: 10_000)) }
      if reader.visits.byteCount > 200_000 { try pieces.send(.visits(reader.takeVisits())) }
    }
    try pieces.send(.visits(reader.finishVisits()))
    try pieces.send(.cells(reader.cells, reader.symbols, visits: reader.visits.count))
  }

  /// Writes what the reader sends in place of all that was there.
  /// - Returns: the number of stays.
  func write(on database: isolated PostgresConnection) throws -> Int {
    typealias Files = PackageResources
    let row = try database.queryOne("select pg_export_snapshot() as name")
    try snapshot.send(try row?["name"] ?? "")
    try database.script(
      """
      truncate visit, rollup, measured_state, measured_waiting, measured_property,
        measured_conversation
      """)
    try database.beginCopyIn(VisitRows.statement)
    var visits = 0
    while let piece = try pieces.receive() {
      switch piece {
      case .visits(let bytes): try database.copyIn(bytes)
      case .cells(let cells, let symbols, let count):
        try database.endCopyIn()
        try cells.copy(to: "rollup", symbols: symbols, on: database)
        visits = count
      }
    }
    try database.execute(SQL(file: Files.rollup_rows_sql, Int64.min, fence.seq))
    try VisitUpdate.saveState(asOf: asOf, after: Int64.min, fence: fence, on: database)
    try database.script("analyze visit; analyze rollup")
    return visits
  }
}

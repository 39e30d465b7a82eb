import Foundation
import Leads
import Postgres
import Store

/// Computes `stays` and `rollup` from the whole log. One session reads it and derives the stays, another writes them,
/// both on one snapshot, so that the log is never in memory as a whole.
struct StayRebuild: Sendable {
  /// What the tables cover; nil: nothing that can be used.
  let from: MeasureState?
  let asOf: Instant
  let stable: StableWatermark
  let progress: @Sendable (StageProgress) -> Void

  /// What the reading session passes to the writing one.
  enum Piece: Sendable {
    /// A part of the COPY into `stays`.
    case stays([UInt8])
    /// Everything was read; comes last.
    case counted(StayReader)
  }

  private let pieces = BoundedChannel<Piece>()

  /// The reader has failed: ends the writer.
  func failed(_ error: any Error) { pieces.finish(throwing: error) }

  /// The writer has failed: ends the reader.
  func abandon() { pieces.abandon() }

  /// Reads to the end.
  func read(on database: isolated PostgresConnection) throws {
    let count = try database.queryOne(
      "select reltuples::bigint as rows from pg_class where oid = 'status_sync_log'::regclass")
    let expected: Int = try count?["rows"] ?? 0
    progress(.began(stage: "measure", expected: expected))
    var reader = try StayReader(asOf: asOf, openFrom: nil, goesOn: false, on: database)
    var changes = ChangePartitions(expecting: expected)
    try reader.gather(
      PackageResources.changes_of_all_sql, after: .min, into: &changes, on: database
    ) { if $0 % 10_000 == 0 { progress(.advanced(stage: "measure", by: 10_000)) } }
    for part in 0..<changes.count {
      try changes.take(part) { lead, changes in
        reader.make(changes, of: lead)
        if reader.stays.byteCount > 200_000 { try pieces.send(.stays(reader.takeStays())) }
      }
    }
    try pieces.send(.stays(reader.finishStays()))
    try pieces.send(.counted(reader))
    pieces.finish()
  }

  /// Replaces the tables' rows by those that the reader sends.
  /// - Returns: the number of stays.
  func write(on database: isolated PostgresConnection) throws -> Int {
    try revise(on: database)
    // The reader uses measured_property.
    try database.script(
      """
      do $$
      begin
        set local lock_timeout = '5s';
        truncate stays, entry_kind, rollup, measured_state, measured_waiting, measured_conversation;
      exception when lock_not_available then
        -- An analyst reads one of them: that holds nothing up.
        delete from stays; delete from entry_kind; delete from rollup; delete from measured_state;
        delete from measured_waiting; delete from measured_conversation;
      end
      $$;
      set local lock_timeout = '60s';
      delete from measured_property;
      """)
    try database.beginCopyIn(StayRows.table.statement)
    var stays = 0
    while let piece = try pieces.receive() {
      switch piece {
      case .stays(let bytes): try database.copyIn(bytes)
      case .counted(var reader):
        try database.endCopyIn()
        try reader.save(cellsTo: "rollup", on: database)
        stays = reader.stays.stays
      }
    }
    try StayUpdate.saveState(asOf: asOf, after: Int64.min, stable: stable, on: database)
    try database.script("analyze stays; analyze rollup")
    return stays
  }

  /// Notes which closed days the rows since the last measurement revise; afterwards nothing tells them from the others.
  private func revise(on database: isolated PostgresConnection) throws {
    guard let from else { return }
    try database.script("savepoint before_update")
    do {
      _ = try StayUpdate.run(
        from: from, to: max(from.newest, asOf), stable: stable, progress: progress, on: database)
    } catch is EntryKinds.UnknownEntry {
      // The tables are damaged, which is what this mends.
      try database.script("rollback to before_update")
    }
  }
}

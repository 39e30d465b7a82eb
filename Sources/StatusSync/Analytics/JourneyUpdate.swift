import Foundation
import Postgres

/// Brings `journey` and `rollup` from where they are to another instant and a higher `seq`, by computing
/// again the leads that may differ: those with new rows, with rows that were pending, with rows
/// between the two instants, and those whose property counts its days otherwise now. The state is
/// saved with them.
struct JourneyUpdate: Sendable {
  let from: MeasureState
  let asOf: Date
  let fence: Fence
  let progress: @Sendable (Nightly.Progress) -> Void

  /// Leads whose stays are held in memory at a time.
  private static let batch: Int64 = 20_000

  /// - Returns: leads computed again.
  func run(on database: isolated PostgresConnection) throws -> Int {
    typealias Files = PackageResources
    try database.execute(SQL(file: Files.rows_due_sql))
    try database.execute(SQL(file: Files.properties_changed_sql))
    let leads = try database.execute(
      SQL(file: Files.leads_changed_sql, from.watermark, fence.seq, from.asOf, asOf))
    try database.script("analyze measure_lead")
    progress(.began(stage: "measure", expected: leads))
    let days = try LocalDays(on: database)
    var reader = JourneyReader(
      days: days, openFrom: Int64((min(from.asOf, asOf).timeIntervalSince1970 * 1e6).rounded()))
    var first: Int64 = 0
    while first < leads {
      let last = first + Self.batch
      try replace(after: first, through: last, reader: &reader, on: database)
      progress(.advanced(stage: "measure", by: Int(min(last, Int64(leads)) - first)))
      first = last
    }
    try database.execute(SQL(file: Files.rollup_forget_sql))
    try database.execute(
      "select set_config('measure.watermark', \(String(from.watermark)), true)")
    try reader.countSettled(Files.rows_settled_sql, on: database)
    try reader.cells.copy(to: "measure_cell", symbols: reader.symbols, on: database)
    try database.execute(SQL(file: Files.rollup_cells_sql))
    try database.execute(SQL(file: Files.rollup_empty_sql))
    try saveRevisions(reader, on: database)
    try Self.saveState(
      asOf: asOf, after: from.watermark, fence: fence, on: database)
    return leads
  }

  private func replace(
    after first: Int64, through last: Int64, reader: inout JourneyReader,
    on database: isolated PostgresConnection
  ) throws {
    try database.execute(
      """
      select set_config('measure.batch_after', \(String(first)), true),
        set_config('measure.batch_through', \(String(last)), true)
      """)
    try reader.subtract(PackageResources.journeys_of_leads_sql, on: database)
    try reader.read(PackageResources.changes_of_leads_sql, on: database)
    try database.execute(SQL(file: PackageResources.journeys_forget_sql, first, last))
    try database.beginCopyIn(JourneyRows.statement)
    try database.copyIn(reader.finishJourneys())
    try database.endCopyIn()
  }

  private func saveRevisions(
    _ reader: JourneyReader, on database: isolated PostgresConnection
  ) throws {
    struct Day: Encodable {
      var property_id: UUID?
      var day: Int32
      var direction: String?
      var updated_by: String?
    }
    let days = reader.cells.revised.map {
      Day(
        property_id: $0.property, day: $0.day, direction: reader.symbols[$0.direction],
        updated_by: reader.symbols[$0.updatedBy])
    }
    try database.execute(
      SQL(
        file: PackageResources.revision_save_sql, max(from.asOf, asOf),
        JSONText(try RowJSON.encode(days)), from.watermark, fence.seq, min(from.asOf, asOf)))
  }

  /// What the next measurement begins with.
  static func saveState(
    asOf: Date, after watermark: Int64, fence: Fence, on database: isolated PostgresConnection
  ) throws(PostgresError) {
    typealias Files = PackageResources
    try database.execute(SQL(file: Files.waiting_forget_sql))
    try database.execute(SQL(file: Files.waiting_save_sql, watermark, fence.seq))
    try database.execute(SQL(file: Files.conversations_measured_sql, watermark, fence.seq))
    try database.execute(SQL(file: Files.properties_measured_sql))
    if fence.isFinal {
      try MeasureState(asOf: asOf, watermark: fence.seq).save(on: database)
    } else {
      try database.execute("delete from measured_state")
    }
  }
}

import Foundation
import Leads
import Postgres
import Store

/// Brings `stays` and `rollup` up to another instant and a higher `seq`. The stays of leads with later rows are extended.
/// Other leads that may differ are read completely: those with late or formerly pending rows, with rows between the two
/// instants, and those of properties with another time zone. The state is saved with them.
struct StayUpdate: Sendable {
  let from: MeasureState
  let asOf: Instant
  let stable: StableWatermark
  /// False: only the instant moves, which revises no day; rows that came or ended since wait.
  let takesRows: Bool
  let progress: @Sendable (StageProgress) -> Void

  private typealias Files = PackageResources

  /// The later changes of one lead.
  private struct LeadChanges {
    var lead: [UInt8]
    var changes: [LoggedChange]
  }

  /// Leads that are read completely at a time.
  private static let batch: Int64 = 20_000

  /// Brings the tables from a state to `asOf`, mostly at once. New rows are taken at the newest measured instant or later:
  /// they revise what was published; that the instant goes back, or comes forward again, does not.
  /// - Returns: leads computed again.
  static func run(
    from state: MeasureState, to asOf: Instant, stable: StableWatermark,
    progress: @escaping @Sendable (StageProgress) -> Void, on database: isolated PostgresConnection
  ) throws -> Int {
    var (from, leads) = (state, 0)
    for (instant, stable, takesRows) in [
      (state.newest, StableWatermark(seq: state.watermark), false),
      (max(state.newest, asOf), stable, true), (asOf, stable, false),
    ] where takesRows || instant != from.asOf {
      try database.script(
        """
        truncate measure_lead, measure_changed, measure_recount, measure_due, measure_cell
        restart identity
        """)
      leads += try StayUpdate(
        from: from, asOf: instant, stable: stable, takesRows: takesRows, progress: progress
      ).run(on: database)
      from = MeasureState(asOf: instant, watermark: stable.seq, newest: state.newest)
    }
    return leads
  }

  /// - Returns: leads computed again.
  func run(on database: isolated PostgresConnection) throws -> Int {
    if takesRows { try database.execute(SQL(file: Files.rows_due_sql)) }
    try database.execute(SQL(file: Files.properties_changed_sql))
    try database.execute(SQL(file: Files.leads_changed_sql, from.watermark, from.asOf, asOf))
    try database.execute(SQL(file: Files.rollup_forget_sql))
    try database.execute(
      """
      select set_config('measure.watermark', \(String(from.watermark)), true),
        set_config('measure.stable_watermark', \(String(stable.seq)), true)
      """)
    var reader = try StayReader(
      asOf: asOf, openFrom: takesRows ? from.asOf : nil, goesOn: true, on: database)
    var changes = ChangePartitions(expecting: Int(stable.seq - from.watermark))
    try reader.gather(
      Files.rows_settled_sql, after: from.watermark, into: &changes, on: database)
    progress(.began(stage: "measure", expected: changes.rows))
    var leads = 0
    for part in 0..<changes.count {
      var changed: [LeadChanges] = []
      try changes.take(part) { changed.append(LeadChanges(lead: Array($0), changes: $1)) }
      leads += try extend(changed, &reader, on: database)
    }
    leads += try readWhole(&reader, on: database)
    try reader.save(cellsTo: "measure_cell", on: database)
    try database.execute(SQL(file: Files.rollup_cells_sql))
    try saveRevisions(reader, on: database)
    try Self.saveState(asOf: asOf, after: from.watermark, stable: stable, on: database)
    return leads
  }

  /// Extends the stays of the leads that can be extended; the others are listed to be read completely.
  /// - Returns: how many were extended.
  private func extend(
    _ changed: [LeadChanges], _ reader: inout StayReader,
    on database: isolated PostgresConnection
  ) throws -> Int {
    try fill(changed.map(\.lead), on: database)
    var standing = [LeadStays?](repeating: nil, count: changed.count)
    let propertyIndex = Dictionary(
      uniqueKeysWithValues: changed.enumerated().map { ($0.element.lead, $0.offset) })
    try reader.remove(Files.stays_extended_sql, on: database) { lead, leadStays in
      if let place = propertyIndex[Array(lead)] { standing[place] = leadStays }
    }
    var others: [[UInt8]] = []
    for (lead, leadStays) in zip(changed, standing) {
      if let leadStays, leadStays.canGoOn(by: lead.changes) {
        reader.extend(leadStays, by: lead.changes, of: lead.lead)
      } else {
        others.append(lead.lead)
      }
    }
    try put(&reader, on: database)
    try fill(others, on: database)
    try database.execute(SQL(file: Files.leads_whole_sql))
    progress(
      .advanced(stage: "measure", by: changed.reduce(0) { $0 + $1.changes.count }))
    return changed.count - others.count
  }

  /// Reads all changes of the leads of `measure_lead`.
  private func readWhole(
    _ reader: inout StayReader, on database: isolated PostgresConnection
  ) throws -> Int {
    let count: Int64 =
      try database.queryOne("select coalesce(max(i), 0) as count from measure_lead")?["count"] ?? 0
    guard count > 0 else { return 0 }
    try database.script("analyze measure_lead")
    progress(.began(stage: "measure", expected: Int(count)))
    for first in stride(from: 0, to: count, by: Int64.Stride(Self.batch)) {
      let last = first + Self.batch
      try database.execute(
        """
        select set_config('measure.batch_after', \(String(first)), true),
          set_config('measure.batch_through', \(String(last)), true)
        """)
      try reader.remove(Files.stays_of_leads_sql, on: database)
      try reader.readWhole(Files.changes_of_leads_sql, on: database)
      try put(&reader, on: database)
      progress(.advanced(stage: "measure", by: Int(min(last, count) - first)))
    }
    return Int(count)
  }

  /// Replaces the leads in `measure_changed`.
  private func fill(_ leads: [[UInt8]], on database: isolated PostgresConnection) throws {
    try database.script("delete from measure_changed")
    try database.fill(Self.changed, leads)
  }

  private static let changed = CopyTable<[UInt8]>(
    "measure_changed",
    [
      CopyColumn("lead") { lead, rows in lead.withUnsafeBufferPointer { rows.append(utf8: $0) } }
    ])

  /// Writes the stays that the reader has made.
  private func put(
    _ reader: inout StayReader, on database: isolated PostgresConnection
  ) throws(PostgresError) {
    try database.beginCopyIn(StayRows.table.statement)
    try database.copyIn(reader.finishStays())
    try database.endCopyIn()
  }

  private func saveRevisions(
    _ reader: StayReader, on database: isolated PostgresConnection
  ) throws {
    struct Day: Encodable {
      var property_id: UUID?
      var day: Int32
      var direction: String?
      var updated_by: String?
    }
    let days = reader.cells.revised.map {
      Day(
        property_id: reader.propertyIndex.property(at: $0.property), day: $0.day,
        direction: reader.symbols[$0.direction], updated_by: reader.symbols[$0.updatedBy])
    }
    try database.execute(
      SQL(
        file: Files.revision_save_sql, asOf, JSONText(try JSON.encode(days)), from.watermark,
        stable.seq, from.asOf))
  }

  /// Saves the state that the next measurement begins with.
  static func saveState(
    asOf: Instant, after watermark: Int64, stable: StableWatermark,
    on database: isolated PostgresConnection
  ) throws(PostgresError) {
    try database.execute(SQL(file: Files.waiting_forget_sql))
    try database.execute(SQL(file: Files.waiting_save_sql, watermark, stable.seq))
    try database.execute(SQL(file: Files.conversations_measured_sql, watermark, stable.seq))
    try database.execute(SQL(file: Files.properties_measured_sql))
    if stable.isFinal {
      try MeasureState(asOf: asOf, watermark: stable.seq, newest: asOf).save(on: database)
    } else {
      try database.execute("delete from measured_state")
    }
  }
}

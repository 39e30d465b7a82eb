import Foundation
import Postgres

/// Encodes the rows of `stays` for a binary COPY.
struct StayRows {
  /// A row in the form in which it is written.
  struct Row {
    var lead: UnsafeRawBufferPointer
    var property: UUID?
    var leadStays: LeadStays
    /// How each stay began: `entry_kind.id`.
    var entries: [Int32]
  }

  static let table = CopyTable<Row>(
    "stays",
    [
      .utf8("lead") { $0.lead.bindMemory(to: UInt8.self) },
      .uuid("property_id") { $0.property },
      .boolean("truncated") { $0.leadStays.isTruncated },
      CopyColumn("entries") { row, rows in
        rows.append(arrayOf: .integer, count: row.entries.count) { $0.append(row.entries[$1]) }
      },
      CopyColumn("entered_at") { row, rows in
        let leadStays = row.leadStays
        rows.append(arrayOf: .timestamptz, count: leadStays.stays.count) {
          $0.append(
            timestampMicroseconds: $1 == 0 && leadStays.isTruncated
              ? leadStays.foundAt : leadStays.stays[$1].enteredAt)
        }
      },
      CopyColumn("noop_at") { row, rows in
        let times = row.leadStays.noopAt
        guard !times.isEmpty else { return rows.appendNull() }
        rows.append(arrayOf: .timestamptz, count: times.count) {
          $0.append(timestampMicroseconds: times[$1])
        }
      },
      .boolean("ends_bridged") { $0.leadStays.endsBridged },
      .timestamptz("last_at") { $0.leadStays.lastAt },
      .timestamptz("open_since") { $0.leadStays.openSince },
    ])

  private var rows = table.rows()
  private var entries: [Int32] = []
  /// Stays written so far.
  private(set) var stays = 0
  var byteCount: Int { rows.byteCount }

  init() {}

  /// Rows for the next COPY, counted on.
  init(after finished: StayRows) { stays = finished.stays }

  /// Appends one row.
  mutating func append(
    _ leadStays: LeadStays, lead: UnsafeRawBufferPointer, property: UUID?, _ kinds: inout EntryKinds
  ) {
    stays += leadStays.stays.count
    entries.removeAll(keepingCapacity: true)
    for stay in leadStays.stays { entries.append(kinds.number(of: stay.kind)) }
    Self.table.append(
      Row(lead: lead, property: property, leadStays: leadStays, entries: entries), to: &rows)
  }

  /// What was appended since the last call.
  mutating func take() -> [UInt8] { rows.take() }

  /// The last bytes of the COPY.
  mutating func finish() -> [UInt8] { rows.finish() }
}

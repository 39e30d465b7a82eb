import Foundation
import Postgres

/// Encodes the rows of `stays` for a binary COPY.
struct StayRows {
  /// The COPY statement; the order of columns from `property_id` to `ends_bridged` is that of
  /// `LeadStays.read`.
  static let statement = """
    copy stays (
      lead, property_id, truncated, entries, entered_at, noop_at, ends_bridged, last_at, open_since)
    from stdin (format binary)
    """

  private var rows = BinaryCopyRows(columns: 9)
  /// Stays written so far.
  private(set) var stays = 0
  var byteCount: Int { rows.byteCount }

  init() {}

  /// Rows for the next COPY, counted on.
  init(after finished: StayRows) { stays = finished.stays }

  /// Appends the stays of one lead.
  mutating func append(
    _ leadStays: LeadStays, lead: UnsafeRawBufferPointer, property: UUID?, _ kinds: inout EntryKinds
  ) {
    stays += leadStays.stays.count
    rows.beginRow()
    rows.append(utf8: lead.bindMemory(to: UInt8.self))
    rows.append(property)
    rows.append(leadStays.isTruncated)
    rows.append(arrayOf: .integer, count: leadStays.stays.count) {
      $0.append(kinds.number(of: leadStays.stays[$1].kind))
    }
    rows.append(arrayOf: .timestamptz, count: leadStays.stays.count) {
      $0.append(
        timestampMicroseconds: $1 == 0 && leadStays.isTruncated
          ? leadStays.foundAt : leadStays.stays[$1].enteredAt)
    }
    if leadStays.noopAt.isEmpty {
      rows.appendNull()
    } else {
      rows.append(arrayOf: .timestamptz, count: leadStays.noopAt.count) {
        $0.append(timestampMicroseconds: leadStays.noopAt[$1])
      }
    }
    rows.append(leadStays.endsBridged)
    rows.append(timestampMicroseconds: leadStays.lastAt)
    rows.append(timestampMicroseconds: leadStays.openSince)
  }

  /// What was appended since the last call.
  mutating func take() -> [UInt8] { rows.take() }

  /// The last bytes of the COPY.
  mutating func finish() -> [UInt8] { rows.finish() }
}

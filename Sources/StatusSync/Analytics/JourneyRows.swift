import Foundation
import Postgres

/// Journeys as rows of `stays`, on their way into a binary COPY.
struct JourneyRows {
  /// The statement the rows are for; the order of columns from `property_id` to `ends_bridged` is that of
  /// `Journey.read`.
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
  init(after finished: JourneyRows) { stays = finished.stays }

  /// Appends one journey.
  mutating func append(
    _ journey: Journey, lead: UnsafeRawBufferPointer, property: UUID?, _ kinds: inout EntryKinds
  ) {
    stays += journey.stays.count
    rows.beginRow()
    rows.append(utf8: lead.bindMemory(to: UInt8.self))
    rows.append(property)
    rows.append(journey.isTruncated)
    rows.append(arrayOf: .integer, count: journey.stays.count) {
      $0.append(kinds.number(of: journey.stays[$1].kind))
    }
    rows.append(arrayOf: .timestamptz, count: journey.stays.count) {
      $0.append(
        timestampMicroseconds: $1 == 0 && journey.isTruncated
          ? journey.foundAt : journey.stays[$1].enteredAt)
    }
    if journey.noopAt.isEmpty {
      rows.appendNull()
    } else {
      rows.append(arrayOf: .timestamptz, count: journey.noopAt.count) {
        $0.append(timestampMicroseconds: journey.noopAt[$1])
      }
    }
    rows.append(journey.endsBridged)
    rows.append(timestampMicroseconds: journey.lastAt)
    rows.append(timestampMicroseconds: journey.openSince)
  }

  /// What was appended since the last call.
  mutating func take() -> [UInt8] { rows.take() }

  /// The last bytes of the COPY.
  mutating func finish() -> [UInt8] { rows.finish() }
}

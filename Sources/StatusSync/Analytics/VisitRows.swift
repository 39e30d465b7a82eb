import Foundation
import Postgres

/// Stays as rows of `visit`, on their way into a binary COPY.
struct VisitRows {
  /// The statement the rows are for; the order of columns is that of `append`.
  static let statement = """
    copy visit (
      lead, property_id, n, status, entered_at, left_at, next_status, next_updated_by,
      previous_status, updated_by, sync_direction, truncated, legal, continuous, entered_day,
      left_day, created_at, previous_entered_at, highest_later, final_status, noop_at, repeated,
      highest_before, same_before_at, advanced_at, lost_at)
    from stdin (format binary)
    """

  private var rows = BinaryCopyRows(columns: 26)
  private var earlier = 0
  /// Stays written so far.
  var count: Int { earlier + rows.count }
  var byteCount: Int { rows.byteCount }

  init() {}

  /// Rows for the next COPY, counted on.
  init(after finished: VisitRows) { earlier = finished.count }

  /// Appends one stay.
  mutating func append(
    _ stay: Stay, lead: [UInt8], property: UUID?, enteredDay: Int32?, leftDay: Int32?,
    symbols: Symbols
  ) {
    rows.beginRow()
    lead.withUnsafeBufferPointer { rows.append(utf8: $0) }
    rows.append(property)
    rows.append(stay.number)
    rows.append(symbols[stay.status])
    rows.append(timestampMicroseconds: stay.enteredAt)
    rows.append(timestampMicroseconds: stay.leftAt)
    rows.append(symbols[stay.next])
    rows.append(symbols[stay.nextUpdatedBy])
    rows.append(symbols[stay.previous])
    rows.append(symbols[stay.updatedBy])
    rows.append(symbols[stay.direction])
    rows.append(stay.isTruncated)
    rows.append(stay.isLegal)
    rows.append(stay.isContinuous)
    rows.append(enteredDay)
    rows.append(leftDay)
    rows.append(timestampMicroseconds: stay.createdAt)
    rows.append(timestampMicroseconds: stay.previousEnteredAt)
    rows.append(stay.highestLater)
    rows.append(symbols[stay.final])
    rows.append(timestampsMicroseconds: stay.noopAt.isEmpty ? nil : stay.noopAt)
    rows.append(stay.isRepeated)
    rows.append(stay.highestBefore)
    rows.append(timestampMicroseconds: stay.sameBeforeAt)
    rows.append(timestampMicroseconds: stay.advancedAt)
    rows.append(timestampMicroseconds: stay.lostAt)
  }

  /// What was appended since the last call.
  mutating func take() -> [UInt8] { rows.take() }

  /// The last bytes of the COPY.
  mutating func finish() -> [UInt8] { rows.finish() }
}

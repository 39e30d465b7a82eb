import Foundation
import Postgres

/// Journeys as rows of `journey`, on their way into a binary COPY.
struct JourneyRows {
  /// The statement the rows are for; the order of columns is that of `append` and, after the first, of
  /// `Journey.read`.
  static let statement = """
    copy journey (
      lead, property_id, truncated, status, entered_at, entered_day, updated_by, sync_direction,
      illegal, discontinuous, noop_at, last_at, open_since)
    from stdin (format binary)
    """

  private var rows = BinaryCopyRows(columns: 13)
  /// Stays written so far.
  private(set) var stays = 0
  var byteCount: Int { rows.byteCount }

  init() {}

  /// Rows for the next COPY, counted on.
  init(after finished: JourneyRows) { stays = finished.stays }

  /// Appends one journey.
  mutating func append(_ journey: Journey, lead: [UInt8], symbols: Symbols) {
    stays += journey.stays.count
    rows.beginRow()
    lead.withUnsafeBufferPointer { rows.append(utf8: $0) }
    rows.append(journey.property)
    rows.append(journey.isTruncated)
    let stays = journey.stays
    rows.append(arrayOf: .text, count: stays.count) { $0.append(symbols[stays[$1].status]) }
    rows.append(arrayOf: .timestamptz, count: stays.count) {
      $0.append(timestampMicroseconds: stays[$1].enteredAt)
    }
    rows.append(arrayOf: .date, count: stays.count) { $0.append(stays[$1].enteredDay) }
    rows.append(arrayOf: .text, count: stays.count) { $0.append(symbols[stays[$1].updatedBy]) }
    rows.append(arrayOf: .text, count: stays.count) { $0.append(symbols[stays[$1].direction]) }
    appendPlaces(of: stays) { !$0.isLegal }
    appendPlaces(of: stays) { !$0.isContinuous }
    if journey.noopAt.isEmpty {
      rows.appendNull()
    } else {
      rows.append(arrayOf: .timestamptz, count: journey.noopAt.count) {
        $0.append(timestampMicroseconds: journey.noopAt[$1])
      }
    }
    rows.append(timestampMicroseconds: journey.lastAt)
    rows.append(timestampMicroseconds: journey.openSince)
  }

  /// Counted from 1; NULL for none.
  private mutating func appendPlaces(of stays: [Stay], where isMarked: (Stay) -> Bool) {
    let places = stays.indices.filter { isMarked(stays[$0]) }
    guard !places.isEmpty else { return rows.appendNull() }
    rows.append(arrayOf: .integer, count: places.count) { $0.append(Int32(places[$1] + 1)) }
  }

  /// What was appended since the last call.
  mutating func take() -> [UInt8] { rows.take() }

  /// The last bytes of the COPY.
  mutating func finish() -> [UInt8] { rows.finish() }
}

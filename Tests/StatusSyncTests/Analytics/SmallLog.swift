import Foundation
import Postgres

/// Eight leads at two properties, small enough to work out every figure by hand.
///
/// as_of is 2025-04-01 00:00 UTC, the window is the 90 days before it, from 2025-01-01 00:00 UTC.
enum SmallLog {
  static let asOf = "2025-04-01T00:00:00Z"
  static let berlin = id(1)
  static let utc = id(2)

  static func id(_ number: UInt8) -> UUID {
    UUID(uuid: (0xA0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, number))
  }

  static func load() async throws -> MeasuredLog {
    let log = try await MeasuredLog.empty()
    try await log.property(berlin, "Linden Court", timezone: "Europe/Berlin")
    try await log.property(utc, "Maple Row")
    try await log.write(entries)
    return log
  }

  static let entries: [MeasuredLog.Entry] = [
    // A reaches leased through every status.
    row("A", berlin, nil, "new", "2025-01-10 08:00Z"),
    row("A", berlin, "new", "contacted", "2025-01-10 08:05Z"),
    row("A", berlin, "contacted", "qualified", "2025-01-12 08:05Z"),
    row("A", berlin, "qualified", "tour_scheduled", "2025-01-15 08:05Z"),
    row("A", berlin, "tour_scheduled", "application", "2025-01-20 08:05Z", by: "resman_user"),
    row("A", berlin, "application", "leased", "2025-01-30 08:05Z", by: "resman_user"),
    // B skips qualified, has one failed row, and is lost.
    row("B", berlin, nil, "new", "2025-02-01 12:00Z"),
    row("B", berlin, "new", "contacted", "2025-02-01 13:00Z", by: "resman_user"),
    row("B", berlin, "contacted", "tour_scheduled", "2025-02-03 13:00Z"),
    row("B", berlin, "tour_scheduled", "application", "2025-02-05 13:00Z", state: "failed"),
    row("B", berlin, "tour_scheduled", "lost", "2025-02-10 13:00Z"),
    // C is lost without an answer; D has waited half an hour, and in Berlin it is already April.
    row("C", berlin, nil, "new", "2025-03-20 00:00Z"),
    row("C", berlin, "new", "lost", "2025-03-25 00:00Z"),
    row("D", berlin, nil, "new", "2025-03-31 23:30Z"),
    // E existed before the log, moves up, and staff move it back within a day.
    row("E", utc, "contacted", "qualified", "2025-01-05 10:00Z"),
    row("E", utc, "qualified", "contacted", "2025-01-06 10:00Z", by: "resman_user"),
    // F was created at the start of the window; a retry repeats a row; lost, and reopened by staff.
    row("F", utc, nil, "new", "2025-01-01 00:00Z"),
    row("F", utc, "new", "contacted", "2025-01-02 00:00Z"),
    row("F", utc, "new", "contacted", "2025-01-02 00:00:05Z"),
    row("F", utc, "contacted", "lost", "2025-01-03 00:00Z"),
    row("F", utc, "lost", "contacted", "2025-01-04 00:00Z", by: "resman_user"),
    // G was created before the window; its log has one continuity break; one row is bridged, one pending.
    row("G", utc, nil, "new", "2024-12-20 00:00Z"),
    row("G", utc, "new", "contacted", "2025-01-01 00:00Z"),
    row("G", utc, "new", "qualified", "2025-01-11 00:00Z"),
    row("G", utc, "qualified", "tour_scheduled", "2025-02-01 00:00Z", by: "system", bridged: true),
    row("G", utc, "tour_scheduled", "application", "2025-02-01 00:00Z"),
    row("G", utc, "application", "leased", "2025-03-31 12:00Z", state: "pending"),
    // H comes after as_of.
    row("H", utc, nil, "new", "2025-04-02 00:00Z"),
  ]

  private static func row(
    _ lead: String, _ property: UUID, _ old: String?, _ new: String, _ at: String,
    by: String = "chatbot", state: String = "success", bridged: Bool = false
  ) -> MeasuredLog.Entry {
    MeasuredLog.Entry(
      lead: lead, property: property, old: old, new: new, at: at, by: by, state: state,
      bridged: bridged, syncedAfter: state == "success" ? 2 : nil,
      attempts: state == "failed" ? 3 : 1)
  }
}

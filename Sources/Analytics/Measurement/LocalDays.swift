import Foundation
import Leads
import Postgres

/// The local days of properties, by PostgreSQL's time zones.
struct LocalDays: Sendable {
  /// Consecutive days with one offset from midnight in UTC.
  private struct Run: Sendable {
    var firstDay: Int32
    /// By how many microseconds their local midnight comes before midnight in UTC.
    var ahead: Int64
  }

  private struct Zones: Sendable {
    var now: Int
    /// The zone of the last measurement.
    var measured: Int
  }

  private var zonesOfProperty: [UUID: Zones] = [:]
  private var zones: [[Run]] = [[Run(firstDay: .min, ahead: 0)]]

  /// The zones of all properties, exact for the times that the log has.
  init(on database: isolated PostgresConnection) throws(PostgresError) {
    let span = try database.queryOne(SQL(file: PackageResources.log_span_sql))
    guard let first: Int64 = try span?["first"] ?? nil, let last: Int64 = try span?["last"] ?? nil
    else { return }
    // More than two centuries from 2000, the days keep the offset that they have there.
    let from = max(Self.utcDay(first) - 2, -73_000)
    let to = min(Self.utcDay(last) + 2, 73_000)
    var index: [String: Int] = [:]
    for row in try database.query(
      SQL(file: PackageResources.local_days_sql, from, max(from, to)))
    {
      let zone: String = try row["timezone"]
      let run = Run(firstDay: try row["day"], ahead: try row["ahead"])
      if let known = index[zone] {
        zones[known].append(run)
      } else {
        index[zone] = zones.count
        zones.append([run])
      }
    }
    for row in try database.query(SQL(file: PackageResources.property_zones_sql)) {
      let (now, measured): (String?, String?) = (
        try row["timezone"], try row["measured_timezone"]
      )
      zonesOfProperty[try row["property_id"]] = Zones(
        now: now.flatMap { index[$0] } ?? 0, measured: measured.flatMap { index[$0] } ?? 0)
    }
  }

  /// The zone of a property's days, for `day(of:zone:)`.
  func zone(of property: UUID?) -> Int {
    property.flatMap { zonesOfProperty[$0]?.now } ?? 0
  }

  /// The zone of a property's days in the last measurement.
  func measuredZone(of property: UUID?) -> Int {
    property.flatMap { zonesOfProperty[$0]?.measured } ?? 0
  }

  /// Days from 2000-01-01 (PostgreSQL's own count) to the local day of an instant.
  func day(of microseconds: Int64, zone: Int) -> Int32 {
    let runs = zones[zone]
    var day = Self.utcDay(microseconds)
    // Local time is at most a day away from UTC.
    if Self.begin(of: day + 1, in: runs) <= microseconds { day += 1 }
    if Self.begin(of: day, in: runs) > microseconds { day -= 1 }
    return day
  }

  private static func begin(of day: Int32, in runs: [Run]) -> Int64 {
    var low = 0
    var high = runs.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle].firstDay <= day { low = middle } else { high = middle }
    }
    return Instant.postgresEpoch + Int64(day) * perDay - runs[low].ahead
  }

  private static func utcDay(_ microseconds: Int64) -> Int32 {
    let since2000 = microseconds.subtractingReportingOverflow(Instant.postgresEpoch)
    guard !since2000.overflow else { return Int32.min / 2 }
    let (quotient, rest) = since2000.partialValue.quotientAndRemainder(dividingBy: perDay)
    return Int32(clamping: rest < 0 ? quotient - 1 : quotient)
  }
}

private let perDay: Int64 = 86_400_000_000

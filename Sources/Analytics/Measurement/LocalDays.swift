import Foundation
import Leads
import Postgres

/// The local days of properties, by PostgreSQL's time zones.
struct LocalDays: Sendable {
  private struct Zones: Sendable {
    var now: Int
    /// The zone of the last measurement.
    var measured: Int
  }

  private var zonesOfProperty: [UUID: Zones] = [:]
  private var zones = [ZoneDays.utc]

  /// The zones of all properties, exact for the times that the log has.
  init(on database: isolated PostgresConnection) throws(PostgresError) {
    let span = try database.queryOne(SQL(file: PackageResources.log_span_sql))
    guard let first: Int64 = try span?["first"] ?? nil, let last: Int64 = try span?["last"] ?? nil
    else { return }
    // More than two centuries from 2000, the days keep the offset that they have there.
    let from = max(ZoneDays.utcDay(first) - 2, -73_000)
    let to = min(ZoneDays.utcDay(last) + 2, 73_000)
    var index: [String: Int] = [:]
    for row in try database.query(
      SQL(file: PackageResources.local_days_sql, from, max(from, to)))
    {
      let zone: String = try row["timezone"]
      let place = index[zone] ?? zones.count
      if place == zones.count {
        index[zone] = place
        zones.append(ZoneDays())
      }
      zones[place].append(firstDay: try row["day"], ahead: try row["ahead"])
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
  func day(of microseconds: Int64, zone: Int) -> Int32 { zones[zone].day(of: microseconds) }
}

import Foundation
import Leads
import Postgres

/// The wall clock of one property.
struct PropertyClock: Sendable {
  let zone: TimeZone

  /// - Parameter identifier: as `known_timezone` gives it; null or an unknown one means UTC.
  init(identifier: String?) {
    zone = identifier.flatMap { TimeZone(identifier: $0) } ?? .gmt
  }

  static func read(_ property: UUID?, in db: isolated PostgresConnection) throws -> PropertyClock {
    let row = try db.queryOne(SQL(file: PackageResources.property_timezone_sql, property))
    return PropertyClock(identifier: try row?["timezone"])
  }

  /// Minutes since midnight there.
  func minute(of instant: Instant) -> Int {
    let seconds = local(instant).microseconds / 1_000_000
    return Int((seconds % 86_400 + 86_400) % 86_400) / 60
  }

  /// A time in the property's local time, `2026-11-25 14:00`; one without a zone is local already.
  func text(of printed: String) -> String {
    let local = Instant(iso8601: printed).map { self.local($0).iso8601 } ?? printed
    return local.prefix(16).split(separator: "T").joined(separator: " ")
  }

  private func local(_ instant: Instant) -> Instant {
    let date = Date(timeIntervalSince1970: Double(instant.microseconds) / 1_000_000)
    return instant + .seconds(zone.secondsFromGMT(for: date))
  }
}

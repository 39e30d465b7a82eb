import Foundation
import Leads
import Postgres

/// What `stays` and `rollup` cover: every log row up to `watermark` that occurred by `asOf`.
struct MeasureState: Equatable, Sendable {
  var asOf: Instant
  var watermark: Int64
  /// The newest instant that was measured: up to it days were published. Later than `asOf` where a report went back.
  var newest: Instant

  /// To be increased when the same log leads to other stays or cells; tables of an older version are rebuilt.
  static let version = 2

  /// Nil where nothing was measured yet, or with another version, or before a crash.
  static func read(on database: isolated PostgresConnection) throws(PostgresError) -> MeasureState?
  {
    guard let row = try database.queryOne(SQL(file: PackageResources.state_read_sql, version))
    else {
      return nil
    }
    return MeasureState(
      asOf: try row["as_of"], watermark: try row["watermark"], newest: try row["newest"])
  }

  func save(on database: isolated PostgresConnection) throws(PostgresError) {
    try database.execute(
      SQL(file: PackageResources.state_save_sql, Self.version, asOf, watermark))
  }
}

import Postgres

/// The `seq` up to which the log is complete.
///
/// A row gets its `seq` before its transaction commits, so a higher one may be visible before a lower one. A missing
/// number was rolled back or may still appear; once every earlier writer has ended, it was rolled back.
package struct StableWatermark: Sendable {
  /// The last `seq` that is measured.
  package var seq: Int64
  /// False where a row up to `seq` may still appear: then the next measurement reads the whole log.
  package var isFinal = true

  package init(seq: Int64, isFinal: Bool = true) { (self.seq, self.isFinal) = (seq, isFinal) }

  /// Must be called between transactions, so that the next one sees the rows of those it waited for.
  /// - Parameter watermark: nil: the whole log.
  package static func find(
    after watermark: Int64?, on database: isolated PostgresConnection
  ) throws -> StableWatermark {
    guard let watermark else {
      if let end = try whenQuiet(on: database, { try highest(on: $0) }) {
        return StableWatermark(seq: end)
      }
      return StableWatermark(seq: try highest(on: database), isFinal: false)
    }
    let seen = try end(after: watermark, on: database)
    if seen.highest == seen.gapless { return StableWatermark(seq: seen.highest) }
    let quiet = try whenQuiet(on: database) { try end(after: watermark, on: $0).highest }
    return StableWatermark(seq: quiet ?? seen.gapless)
  }

  private static func highest(on database: isolated PostgresConnection) throws -> Int64 {
    try database.queryOne(SQL(file: PackageResources.log_end_sql))?["highest"] ?? 0
  }

  private static func end(
    after watermark: Int64, on database: isolated PostgresConnection
  ) throws -> (highest: Int64, gapless: Int64) {
    let row = try database.queryOne(SQL(file: PackageResources.stable_watermark_sql, watermark))
    return (try row?["highest"] ?? watermark, try row?["gapless"] ?? watermark)
  }

  /// Waits until no writer is active; nil if one takes longer than 2 s, or this role may not wait.
  private static func whenQuiet(
    on database: isolated PostgresConnection,
    _ look: @Sendable (isolated PostgresConnection) throws -> Int64
  ) throws -> Int64? {
    do {
      return try database.transaction { db in
        try db.script("set local lock_timeout = '2s'; lock table status_sync_log in share mode")
        return try look(db)
      }
    } catch let error as PostgresError
      where error.sqlState == "55P03" || error.sqlState == "42501"
    {
      return nil
    }
  }
}

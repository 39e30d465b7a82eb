import Foundation
import Leads
import Postgres

/// The state left by earlier complete pulls: where the next one begins, and which leads it must show again.
struct PullCursors: Sendable {
  struct Cursor: Sendable, Equatable {
    var watermark: Instant?
    /// Rows of the last full pull, and of those that the next incremental one has to show; null where
    /// they were not counted yet.
    var leads: Int?
    var recent: Int?

    /// Where the next pull begins; null: it reads everything, as it does where the watermark is in the future and
    /// earlier pulls may have skipped leads.
    func since(startedAt: Instant) -> Instant? {
      guard let watermark, watermark <= startedAt else { return nil }
      return Instant(microseconds: watermark.microseconds - Pull.overlap)
    }

    /// The watermark after a complete pull: it only moves forward, but for one that is in the future.
    /// - Parameter newest: the newest version seen that is not later than the start of the run.
    func moved(to newest: Instant?, startedAt: Instant) -> Instant? {
      guard let watermark, watermark <= startedAt else { return newest }
      return newest.map { max($0, watermark) } ?? watermark
    }
  }

  let connect: @Sendable () async throws -> PostgresConnection

  func read() async throws -> [PullKey: Cursor] {
    let rows = try await query(SQL(file: PackageResources.pull_cursors_sql))
    var cursors: [PullKey: Cursor] = [:]
    for row in rows {
      guard let key = try PullKey(row) else { continue }
      let watermark: String? = try row["watermark"]
      cursors[key] = Cursor(
        watermark: watermark.flatMap { Instant(iso8601: $0) }, leads: try row["leads"],
        recent: try row["recent"])
    }
    return cursors
  }

  /// Where the log is now.
  func began() async throws -> PullBegan? {
    let row = try await query(SQL(file: PackageResources.pull_began_sql)).first
    guard let seq: Int = try row?["seq"], let at: Double = try row?["at"] else { return nil }
    return PullBegan(at: at, seq: seq)
  }

  /// Rows of the staged pull whose leads the same side had shown before.
  func found() async throws -> [PullKey: Int] {
    let rows = try await query(SQL(file: PackageResources.pull_found_sql))
    var found: [PullKey: Int] = [:]
    for row in rows {
      guard let key = try PullKey(row) else { continue }
      found[key] = try row["found"]
    }
    return found
  }

  /// Leads of each property that ResMan was last seen to show, and that were modified since then.
  func modified(since time: Instant) async throws -> [UUID: Int] {
    let rows = try await query(SQL(file: PackageResources.pull_horizon_sql, time.iso8601))
    return try rows.reduce(into: [:]) { $0[try $1["property_id"]] = try $1["leads"] as Int }
  }

  private func query(_ sql: SQL) async throws -> [Row] {
    let connection = try await connect()
    do {
      let rows = try await connection.query(sql)
      await connection.close()
      return rows
    } catch {
      await connection.close()
      throw error
    }
  }
}

/// When a pull began: what the live service changes afterwards may be newer than a page.
package struct PullBegan: Sendable {
  /// By the database's clock, in seconds since 1970.
  package var at: Double
  /// Rows of the log with a lower `seq` had ended by then.
  package var seq: Int
}

/// One property as one system shows it.
package struct PullKey: Hashable {
  package var system: System
  package var property: UUID
}

extension PullKey {
  /// From the columns `system` and `property_id`.
  fileprivate init?(_ row: Row) throws {
    guard let system = System(rawValue: try row["system"]) else { return nil }
    self.init(system: system, property: try row["property_id"])
  }
}

import Crypto
import Foundation
import Postgres

/// The files of `sql/migrations`, in order; a test holds this list against the folder.
public struct Migration: Sendable {
  public var version: Int
  /// The file's name without `.sql`.
  public var name: String
  let text: [UInt8]

  /// SHA-256 of the file, in hexadecimal.
  public var checksum: String {
    SHA256.hash(data: text).hexadecimal
  }

  /// Every migration, oldest first.
  public static let all: [Migration] = [
    Migration(version: 1, name: "001_source", text: PackageResources._01_source_sql),
    Migration(version: 2, name: "002_log", text: PackageResources._02_log_sql),
    Migration(version: 3, name: "003_sync", text: PackageResources._03_sync_sql),
    Migration(version: 4, name: "004_metrics", text: PackageResources._04_metrics_sql),
    Migration(version: 5, name: "005_roles", text: PackageResources._05_roles_sql),
    Migration(version: 6, name: "006_notify", text: PackageResources._06_notify_sql),
    Migration(version: 7, name: "007_api", text: PackageResources._07_api_sql),
    Migration(version: 8, name: "008_reliable", text: PackageResources._08_reliable_sql),
    Migration(version: 9, name: "009_measure", text: PackageResources._09_measure_sql),
    Migration(version: 10, name: "010_figures", text: PackageResources._10_figures_sql),
    Migration(version: 11, name: "011_expiry", text: PackageResources._11_expiry_sql),
    Migration(version: 15, name: "015_figures", text: PackageResources._15_figures_sql),
    Migration(version: 16, name: "016_repairs", text: PackageResources._16_repairs_sql),
    Migration(version: 18, name: "018_journeys", text: PackageResources._18_journeys_sql),
    Migration(version: 19, name: "019_entries", text: PackageResources._19_entries_sql),
    Migration(version: 38, name: "038_answers", text: PackageResources._38_answers_sql),
  ]
}

/// Why a database cannot be used as it is. Exit status 78.
public enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Migrations are missing.
  case pending([String])
  /// An applied migration is not the one this program carries.
  case changed(String)
  /// The database is ahead of this program.
  case unknown(String)

  public var description: String {
    switch self {
    case .pending(let names):
      "the database is not migrated (\(names.joined(separator: ", "))); run status-sync migrate"
    case .changed(let name): "the migration \(name) was changed after it had been applied"
    case .unknown(let name):
      "the database has the migration \(name), which this program does not know"
    }
  }
}

/// Brings a database's schema up to date: forward only, one transaction a file, safe to run twice
/// and side by side.
public enum Migrator {
  /// Not the run's lock: migrating waits, running does not.
  static let lock = 0x6d69_6772

  /// Applies what is missing. Two at once do it one after the other: the second finds it done.
  /// - Returns: the names applied now, oldest first.
  /// - Throws: `MigrationError` if what is there is not what this program carries; then nothing
  ///   was applied. A migration that fails is rolled back, those before it stay.
  public static func migrate(_ connection: PostgresConnection) async throws -> [String] {
    _ = try await connection.query("select pg_advisory_lock(\(lock))")
    let outcome: Result<[String], any Error>
    do { outcome = .success(try await apply(connection)) } catch { outcome = .failure(error) }
    // Also if the task was cancelled: the connection may be used on.
    await connection.shielded { _ = try? $0.query("select pg_advisory_unlock(\(lock))") }
    return try outcome.get()
  }

  /// - Throws: `MigrationError` where the database is not as this program needs it.
  public static func requireCurrent(_ connection: PostgresConnection) async throws {
    let missing = try await pending(connection)
    guard missing.isEmpty else { throw MigrationError.pending(missing.map(\.name)) }
  }

  /// What is missing, after checking what is there.
  public static func pending(_ connection: PostgresConnection) async throws -> [Migration] {
    let table = try await connection.query(
      "select to_regclass('schema_migration') is not null as exists")
    guard try table.first?["exists"] ?? false else { return Migration.all }
    var applied: Set<Int> = []
    for row in try await connection.query(SQL(file: PackageResources.migrations_applied_sql)) {
      let version: Int = try row["version"]
      let name: String = try row["name"]
      guard let known = Migration.all.first(where: { $0.version == version }) else {
        throw MigrationError.unknown(name)
      }
      guard known.checksum == (try row["checksum"] as String) else {
        throw MigrationError.changed(name)
      }
      applied.insert(version)
    }
    return Migration.all.filter { !applied.contains($0.version) }
  }

  private static func apply(_ connection: PostgresConnection) async throws -> [String] {
    try await connection.script(
      """
      create table if not exists schema_migration (
        version integer primary key, name text not null, checksum text not null,
        applied_at timestamptz not null default now())
      """)
    var names: [String] = []
    for migration in try await pending(connection) {
      try await connection.transaction { db in
        try db.script(String(decoding: migration.text, as: UTF8.self))
        _ = try db.execute(
          SQL(
            file: PackageResources.migration_record_sql, migration.version, migration.name,
            migration.checksum))
      }
      names.append(migration.name)
    }
    return names
  }
}

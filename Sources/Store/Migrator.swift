import Crypto
import Foundation
import Postgres

/// The files of `sql/migrations`, in order; a test compares this list with the folder.
package struct Migration: Sendable {
  package var version: Int
  /// The file's name without `.sql`.
  package var name: String
  package let text: [UInt8]

  /// SHA-256 of the file, in hexadecimal.
  package var checksum: String {
    SHA256.hash(data: text).hexadecimal
  }

  /// Every migration, oldest first.
  package static let all: [Migration] = [
    Migration(version: 1, name: "001_roles", text: PackageResources._01_roles_sql),
    Migration(version: 2, name: "002_source", text: PackageResources._02_source_sql),
    Migration(version: 3, name: "003_leads", text: PackageResources._03_leads_sql),
    Migration(version: 4, name: "004_runs", text: PackageResources._04_runs_sql),
    Migration(version: 5, name: "005_messaging", text: PackageResources._05_messaging_sql),
    Migration(version: 6, name: "006_live", text: PackageResources._06_live_sql),
    Migration(version: 7, name: "007_stays", text: PackageResources._07_stays_sql),
    Migration(version: 8, name: "008_figures", text: PackageResources._08_figures_sql),
    Migration(version: 9, name: "009_descriptions", text: PackageResources._09_descriptions_sql),
    Migration(version: 10, name: "010_reports", text: PackageResources._10_reports_sql),
    Migration(version: 11, name: "011_metric_long", text: PackageResources._11_metric_long_sql),
    Migration(version: 12, name: "012_erasure", text: PackageResources._12_erasure_sql),
    Migration(version: 13, name: "013_agreed", text: PackageResources._13_agreed_sql),
    Migration(version: 14, name: "014_readers", text: PackageResources._14_readers_sql),
    Migration(version: 15, name: "015_links", text: PackageResources._15_links_sql),
    Migration(version: 16, name: "016_polls", text: PackageResources._16_polls_sql),
    Migration(version: 17, name: "017_intervals", text: PackageResources._17_intervals_sql),
    Migration(version: 18, name: "018_revisions", text: PackageResources._18_revisions_sql),
    Migration(version: 19, name: "019_revised", text: PackageResources._19_revised_sql),
    Migration(version: 20, name: "020_erased_words", text: PackageResources._20_erased_words_sql),
    Migration(version: 21, name: "021_recorded", text: PackageResources._21_recorded_sql),
    Migration(version: 22, name: "022_erasure_lock", text: PackageResources._22_erasure_lock_sql),
    Migration(version: 23, name: "023_by_day", text: PackageResources._23_by_day_sql),
  ]
}

/// Why a database cannot be used. Exit status 78.
package enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Migrations are missing.
  case pending([String])
  /// An applied migration differs from this program's.
  case changed(String)
  /// The database has the migrations of before the first release, of which this is one.
  case unreleased(String)
  /// The database is newer than this program.
  case unknown(String)
  /// Existing tables cannot be adopted, one sentence each.
  case misfit([String])
  /// A migration failed; with what to do about it.
  case refused(String, String)
  /// The server of that version lacks what the schema needs.
  case tooOld(String)

  package var description: String {
    switch self {
    case .pending(let names):
      "the database is not migrated (\(names.joined(separator: ", "))); run status-sync migrate"
    case .changed(let name): "the migration \(name) was changed after it had been applied"
    case .unreleased(let name):
      "the database was set up before the first release (\(name)) and cannot be brought up to date; run "
        + "status-sync migrate on a new database and copy the tables that docs/operations.md names into it"
    case .unknown(let name):
      "the database has the migration \(name), which this program does not know"
    case .misfit(let flaws):
      "nothing was changed, because the schema holds what does not fit: "
        + flaws.joined(separator: "; ")
    case .refused(let name, let advice):
      "the migration \(name) was not applied: the database \(advice)"
    case .tooOld(let version):
      "the database's server is PostgreSQL \(version), and 15 or later is needed; nothing was changed"
    }
  }
}

/// Brings a database's schema up to date: forward only, one transaction a file, safe to run twice
/// and at the same time. Existing tables of the feature specification are adopted in one transaction: all of them, or
/// nothing is changed.
package enum Migrator {
  /// How long a migration waits for the locks it needs, while whoever comes after it waits as well: the previous
  /// release answers requests meanwhile. Then it makes room, and tries again.
  package struct Patience: Sendable {
    package var milliseconds = 2_000
    package var pause = Duration.seconds(1)
    package var attempts = 60

    package init(milliseconds: Int = 2_000, pause: Duration = .seconds(1), attempts: Int = 60) {
      self.milliseconds = milliseconds
      self.pause = pause
      self.attempts = attempts
    }
  }

  /// Applies the missing migrations. Several processes take turns, file by file: the lock is one on
  /// `schema_migration`, which only its owner can take.
  /// - Parameter all: the migrations there are.
  /// - Returns: the names applied by this call, oldest first.
  /// - Throws: `MigrationError` if the schema differs from this program's, or cannot be adopted; then nothing was applied.
  ///   A migration that fails is rolled back, those before it stay.
  package static func migrate(
    _ connection: PostgresConnection, _ all: [Migration] = Migration.all,
    patience: Patience = Patience()
  ) async throws -> [String] {
    try await requireVersion(connection)
    try await prepare(connection)
    var names: [String] = []
    var attempt = 1
    do {
      while true {
        let applied: [String]
        do {
          applied = try await connection.transaction { db in
            try applyNext(of: all, patience, on: db)
          }
        } catch let error as PostgresError
          where error.isLockNotAvailable && attempt < patience.attempts
        {
          attempt += 1
          try await Task.sleep(for: patience.pause)
          continue
        }
        guard !applied.isEmpty else { return names }
        names += applied
        attempt = 1
      }
    } catch {
      if names.isEmpty { try? await connection.script(forget) }
      throw error
    }
  }

  /// Makes the schema that is configured where there is none; empty: none is.
  package static func makeSchema(
    _ name: String, on connection: PostgresConnection
  ) async throws {
    guard !name.isEmpty else { return }
    let known = try await connection.query(
      "select from pg_namespace where nspname = \(name)")
    guard known.isEmpty else { return }
    _ = try await connection.execute("create schema \(identifier: name)")
  }

  /// Removes the table of applied migrations where none was applied.
  private static let forget = """
    do $$
    begin
      if not exists (select from schema_migration) then drop table schema_migration; end if;
    end
    $$
    """

  /// - Throws: `MigrationError` where the schema is not this program's.
  package static func requireCurrent(_ connection: PostgresConnection) async throws {
    let missing = try await pending(connection)
    guard missing.isEmpty else { throw MigrationError.pending(missing.map(\.name)) }
  }

  /// The missing migrations, after a check of the applied ones.
  package static func pending(_ connection: PostgresConnection) async throws -> [Migration] {
    try await connection.perform { try pending(of: Migration.all, on: $0) }
  }

  private static func pending(
    of all: [Migration], on database: isolated PostgresConnection
  ) throws -> [Migration] {
    let table = try database.query("select to_regclass('schema_migration') is not null as exists")
    guard try table.first?["exists"] ?? false else { return all }
    var applied: Set<Int> = []
    for row in try database.query(SQL(file: PackageResources.migrations_applied_sql)) {
      let version: Int = try row["version"]
      let name: String = try row["name"]
      guard let known = all.first(where: { $0.version == version }) else {
        throw MigrationError.unknown(name)
      }
      guard known.name == name else { throw MigrationError.unreleased(name) }
      guard known.checksum == (try row["checksum"] as String) else {
        throw MigrationError.changed(name)
      }
      applied.insert(version)
    }
    return all.filter { !applied.contains($0.version) }
  }

  /// The next migration; where there was none yet, and tables are adopted, all of them.
  private static func applyNext(
    of all: [Migration], _ patience: Patience, on database: isolated PostgresConnection
  ) throws -> [String] {
    // Readers of the table do not block this lock.
    try database.script("lock table schema_migration in share row exclusive mode")
    let missing = try pending(of: all, on: database)
    guard missing.count == all.count else {
      try database.script("set local lock_timeout = \(patience.milliseconds)")
      return try missing.prefix(1).map { try apply($0, $0.script, on: database) }
    }
    let adoption = try Adoption(on: database)
    guard adoption.flaws.isEmpty else { throw MigrationError.misfit(adoption.flaws) }
    return try missing.prefix(adoption.tables.isEmpty ? 1 : missing.count).map {
      try apply($0, adoption.script($0), on: database)
    }
  }

  private static func apply(
    _ migration: Migration, _ script: String, on database: isolated PostgresConnection
  ) throws -> String {
    do { try database.script(script) } catch {
      guard let advice = error.advice, advice.needsChange else { throw error }
      throw MigrationError.refused(migration.name, advice.text)
    }
    _ = try database.execute(
      SQL(
        file: PackageResources.migration_record_sql, migration.version, migration.name,
        migration.checksum))
    return migration.name
  }

  /// `unique nulls not distinct` came with PostgreSQL 15.
  private static let oldest = 150_000

  private static func requireVersion(_ connection: PostgresConnection) async throws {
    let row = try await connection.queryOne(
      "select current_setting('server_version_num')::int as number, current_setting('server_version') as name"
    )
    let number: Int = try row?["number"] ?? oldest
    guard number >= oldest else { throw MigrationError.tooOld(try row?["name"] ?? "") }
  }

  /// Creates the table of applied migrations. Of two processes that begin at once, the second finds it created.
  private static func prepare(_ connection: PostgresConnection) async throws {
    let statement = """
      create table if not exists schema_migration (
        version integer primary key, name text not null, checksum text not null,
        applied_at timestamptz not null default now())
      """
    do { try await connection.script(statement) } catch {
      guard ["23505", "42P07", "42710"].contains(error.sqlState) else { throw error }
      try await connection.script(statement)
    }
  }
}

extension Migration {
  package var script: String { String(decoding: text, as: UTF8.self) }
}

extension MigrationError: CodedError {
  package var errorCode: ErrorCode {
    switch self {
    case .pending: .schemaBehind
    case .unknown: .schemaAhead
    case .changed: .schemaChanged
    case .unreleased: .schemaUnreleased
    case .misfit, .refused: .schemaMisfit
    case .tooOld: .databaseVersion
    }
  }
}

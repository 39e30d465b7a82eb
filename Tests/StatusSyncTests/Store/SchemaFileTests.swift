import Foundation
import Postgres
import TestDatabase
import Testing

import Outputs
import Reports
import Store

/// The schema that the migrations make equals sql/schema.sql and the descriptions in the reports.
@Suite struct SchemaFileTests {
  /// `make schema` writes the file again.
  @Test func theSchemaFileIsWhatTheMigrationsMake() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let dump = try Self.dump(database.url)
      try Golden.check(Self.plain(dump), equals: "sql/schema.sql")
    }
  }

  /// `pg_dump` of the database at `url`, without its rows and its owner.
  private static func dump(_ url: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["pg_dump", "--schema-only", "--no-owner", url]
    // Without this machine's `PGCLIENTENCODING` and the like.
    process.environment = ["PATH": "/usr/bin:/bin"]
    let out = Pipe()
    process.standardOutput = out
    try process.run()
    let text = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: text, as: UTF8.self)
  }

  /// Without the session's settings and the headings, which differ between two runs of `pg_dump`.
  private static func plain(_ dump: String) -> String {
    let head = """
      -- Written by `make schema` from a migrated database, to be read: nothing runs it. What changes the schema
      -- is a file of sql/migrations.

      """
    var lines: [Substring] = []
    for line in dump.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("--") || line.hasPrefix("SET ") || line.hasPrefix("\\") { continue }
      if line.hasPrefix("SELECT pg_catalog.set_config") { continue }
      if line.isEmpty, lines.last?.isEmpty != false { continue }
      lines.append(line)
    }
    return head + "\n" + lines.joined(separator: "\n")
  }

  /// A column that is written to a file has the same description in the database.
  @Test(arguments: DataDictionary.files)
  func commentsAreTheDictionarysWords(file: OutputFile) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      let rows = try await connection.query(
        """
        select attname as name, coalesce(col_description(attrelid, attnum), '') as words
        from pg_attribute
        where attrelid = to_regclass(\(file.table)) and attnum > 0 and not attisdropped
        """)
      let words = Dictionary(
        uniqueKeysWithValues: try rows.map { (try $0["name"] as String, try $0["words"] as String) }
      )
      for column in file.columns {
        let wanted = Self.comment(of: column)
        let sql = wanted.replacing("'", with: "''")
        #expect(
          words[column.name] == wanted,
          "a migration says: comment on column \(file.table).\(column.name) is '\(sql)';")
      }
    }
  }

  private static func comment(of column: OutputColumn) -> String {
    column.description.dropLast() + (column.null.map { "; null: \($0)" } ?? "")
  }
}

import CSV
import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

@testable import Outputs  // uses `resourceName`, internal
import Reports
import Store

/// The files of a night in other programs: Frictionless, PostgreSQL, a spreadsheet.
@Suite struct OtherReadersTests {
  @Test func aNightsFilesAreReadByOthers() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let night = try await fixture.nightly().run(full: true)
      let folder = URL(fileURLWithPath: night.report.directory)
      try Self.validate(folder.appending(path: "datapackage.json"))
      let connection = try await fixture.database.connect()
      let asOf = try #require(Instant(iso8601: night.summary.asOf))
      for file in DataDictionary.files {
        try await Self.load(
          file, from: folder, asOf: asOf, runID: night.summary.runID, connection)
      }
      await connection.close()
    }
  }

  /// `frictionless validate` from the virtual environment that the Makefile keeps in `.build/tools`.
  private static func validate(_ package: URL) throws {
    let program = Golden.root.appending(path: ".build/tools/bin/frictionless")
    try #require(
      FileManager.default.isExecutableFile(atPath: program.path()), "make tools installs it")
    let process = Process()
    process.executableURL = program
    process.arguments = ["validate", "--json", package.path()]
    let out = Pipe()
    process.standardOutput = out
    process.standardError = FileHandle.nullDevice
    try process.run()
    let report = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: report, as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(text.prefix(4_000))")
    #expect(text.contains("\"valid\": true"))
  }

  /// `COPY … HEADER MATCH` loads the file, and exporting the rows gives the same file again.
  private static func load(
    _ file: OutputFile, from folder: URL, asOf: Instant, runID: UUID, _ db: PostgresConnection
  ) async throws {
    let bytes = Array(try Data(contentsOf: folder.appending(path: file.name)))
    let rows = try CSVReader.rows(of: bytes)
    let loaded = "loaded_\(file.resourceName)"
    let columns = file.columns.map { "\"\($0.name)\" \(Self.type(of: $0.type))" }
    try await db.script("create table \(loaded) (\(columns.joined(separator: ", ")))")
    let taken = try await db.perform { db in
      try db.beginCopyIn("copy \(loaded) from stdin (format csv, header match)")
      try db.copyIn(bytes)
      return try db.endCopyIn()
    }
    #expect(taken == rows.count - 1, "\(file.name)")
    guard case .metric = file.source else { return }
    var copy = file
    copy.source = .metric(loaded)
    let again = try await db.query(
      SQL(file: Array(copy.select(asOf: asOf, runID: runID).utf8)))
    let names = file.columns.map(\.name)
    let printed = try again.map { row in try names.map { try row[$0] as String? } }
    #expect(printed == Array(rows.dropFirst()), "\(file.name)")
  }

  private static func type(of column: ColumnType) -> String {
    switch column {
    case .text, .path: "text"
    case .uuid: "uuid"
    case .integer: "bigint"
    case .number, .rate, .probability, .seconds: "double precision"
    case .flag: "boolean"
    case .instant: "timestamptz"
    case .day: "date"
    }
  }

  /// Views of the latest figures, and a comment on every column, for readers who use SQL.
  @Test func everyFigureIsATableWithCommentsAndAView() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      for file in DataDictionary.files {
        guard case .metric(let table) = file.source, table.hasPrefix("metric_") else { continue }
        let bare = try await connection.query(
          """
          select attname from pg_attribute
          where attrelid = \(table)::regclass and attnum > 0 and not attisdropped
            and col_description(attrelid, attnum) is null
          """)
        #expect(bare.isEmpty, "\(table)")
        let columns = try await connection.query(
          """
          select a.attname from pg_attribute a
          where attrelid = \(table + "_latest")::regclass and attnum > 0 order by attnum
          """)
        let names: [String] = try columns.map { try $0["attname"] }
        #expect(names == file.columns.map(\.name))
      }
      await connection.close()
    }
  }
}

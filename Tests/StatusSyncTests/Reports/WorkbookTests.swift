import CSV
import Foundation
import Leads
import Testing

import Outputs
@testable import Reports  // uses `ReportWorkbook`, internal
@testable import Workbook  // uses `CellValue`, internal

/// The workbook of a report, as openpyxl and LibreOffice read it.
@Suite struct WorkbookTests {
  @Test func aNightsWorkbookHasTheCellsOfTheFiles() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let night = try await fixture.nightly().run(full: true)
      for reader in [[], ["--libreoffice"]] {
        let output = try Self.python("compare.py", [night.report.directory] + reader)
        let lines = output.split(separator: "\n")
        // Nothing but the last line, which counts.
        #expect(lines.count == 1, "\(reader) \(output.prefix(4_000))")
        let cells = Int(lines.last?.prefix { $0.isNumber } ?? "") ?? 0
        #expect(cells > 20_000, "\(reader) \(output)")
      }
    }
  }

  @Test(arguments: [
    ("0.5", CellKind.share, CellValue.number(0.5)), ("86400", .duration, .number(1)),
    ("43.2", .duration, .number(0.0005)), ("NaN", .number, .text("NaN")),
    ("Infinity", .number, .text("Infinity")), ("12", .whole(isCount: true), .number(12)),
    ("2e-28", .number, .number(2e-28)), ("true", .flag, .flag(true)),
    // 1 March 2026 is day 46,082 of spreadsheets; 6 in the morning is a quarter more.
    ("2026-03-01T06:00:00Z", .instant, .number(46_082.25)), ("2026-03-01", .day, .number(46_082)),
    ("1900-02-28", .day, .text("1900-02-28")), ("1900-03-01", .day, .number(61)),
    ("0001-01-01T00:00:00Z", .instant, .text("0001-01-01T00:00:00Z")),
    ("007", .text, .text("007")), ("=1+1", .text, .text("=1+1")), ("", .text, .text("")),
  ])
  func aTextBecomesAValue(text: String, kind: CellKind, value: CellValue) {
    #expect(CellValue(text, kind) == value)
  }

  /// What the database may hold, and what comes out of the file.
  static let texts = [
    "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(1)", "007", "1e5", "TRUE", "2026-01-01", " blank ",
    "two\nlines", "a\ttab", "<b>&amp;\"quoted\"</b>", "שדרות ירושלים", "_x0041_", "__x000D_",
    "bell\u{7}", "{{ jinja }}", "https://example.com/", "日本語", "e\u{301}",
  ]

  @Test func textsStayWhatTheyAre() throws {
    let long = String(repeating: "x", count: 40_000)
    let sheets = try Self.cells { path, folder in
      let book = try Workbook(path: path, temporary: folder, title: "texts", created: 0)
      let sheet = try book.add("texts", columns: [WorkbookColumn("=header", .text)])
      for text in Self.texts + [long] { sheet.add([text]) }
      try book.close()
    }
    let found = try #require(sheets["texts"]).map { $0[0] }
    #expect(found.first == "s =header")
    #expect(Array(found.dropFirst().dropLast()) == Self.texts.map { "s \($0)" })
    #expect(found.last?.utf16.count == CellValue.longestText + 2)
    #expect(found.last?.hasSuffix("x…") == true)
  }

  @Test func whatHasNoRoomIsSaid() throws {
    let file = DataDictionary.funnel
    let sheets = try Self.cells { path, folder in
      let asOf = Instant(microseconds: 1_770_000_000_000_000)
      let workbook = try ReportWorkbook(
        path: path, temporary: folder, asOf: asOf, property: nil, mostRows: 3)
      let sheet = try workbook.sheet(of: file)
      for _ in 1...5 { sheet.add(file.columns.map { _ in .null }) }
      #expect(sheet.left == 2)
      try workbook.close()
    }
    let told = try #require(sheets["Read me"]).map { $0[2] }
    #expect(
      told.contains { $0.hasSuffix("Only the first 3 of 5 rows; all are in funnel.csv.") })
  }

  /// The rows of a portfolio's funnel: each chart finds its cells, and they lie one below the other.
  @Test func chartsFindTheirRows() throws {
    for chart in ReportChart.all {
      for series in chart.series {
        let file = try #require(DataDictionary.files.first { $0.name == series.file })
        #expect(file.place(of: series.values) != nil)
        #expect(file.place(of: series.categories) != nil)
        for column in series.condition.keys { #expect(file.place(of: column) != nil) }
      }
    }
  }

  private static func cells(
    _ body: (_ path: String, _ folder: String) throws -> Void
  ) throws -> [String: [[String]]] {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "workbook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.xlsx").path()
    try body(path, folder.path())
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path())
    #expect(left == ["a.xlsx"], "nothing else stays")
    return try JSONDecoder().decode(
      [String: [[String]]].self, from: Data(try python("cells.py", [path]).utf8))
  }

  /// What a script of `Tests/Workbook` prints.
  private static func python(_ script: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let program = Golden.root.appending(path: ".build/tools/bin/python")
    try #require(
      FileManager.default.isExecutableFile(atPath: program.path()), "make tools installs it")
    process.executableURL = program
    process.arguments =
      [Golden.root.appending(path: "Tests/Workbook/\(script)").path()] + arguments
    let out = Pipe()
    process.standardOutput = out
    process.standardError = out
    try process.run()
    let text = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: text, as: UTF8.self)
  }
}

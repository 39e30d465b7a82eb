import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

import Analytics
@testable import Settings  // uses `SettingsKey`, internal
import Store

/// The repository's documents: everything that they name exists, and their tables agree with the code.
@Suite struct DocumentedFactsTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).standardizedFileURL.path())
  }

  /// Every text file of the repository: sources, SQL, tests, documents, and the files beside them.
  private static func files() throws -> [String] {
    var files = [
      "README.md", "CONTRIBUTING.md", "Makefile", "Package.swift", ".ci/run", "reports/README.md",
    ]
    for folder in ["Sources", "Tests", "sql", "cron", "docs"] {
      files += try FileManager.default
        .subpathsOfDirectory(atPath: root.appending(path: folder).path())
        .filter { !$0.hasSuffix(".png") && !$0.hasPrefix("StatusSync/SQL") }
        .map { "\(folder)/\($0)" }
    }
    return files.filter { path in
      var isFolder: ObjCBool = false
      let full = root.appending(path: path).path()
      return FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  /// The anchors of a document's headings, as GitHub builds them.
  private static func anchors(_ path: String) throws -> Set<String> {
    let headings = try text(path).split(separator: "\n").filter { $0.hasPrefix("#") }
    return Set(
      headings.map { heading in
        heading.drop { $0 == "#" || $0 == " " }.lowercased()
          .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
          .replacing(" ", with: "-")
      })
  }

  /// The folder of a file, with a slash at its end; empty for the root.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The rows of the table below a heading, as cells, without the header.
  private static func table(_ path: String, under heading: String) throws -> [[String]] {
    let lines = try text(path).split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.drop { $0 == "#" } == " \(heading)" })
    let rows = lines[(start + 1)...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    return rows.dropFirst(2).map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// The words in backticks.
  private static func words(_ text: String) -> [String] {
    text.matches(of: /`([^`\n]+)`/).map { String($0.1) }
  }

  @Test func everyDocumentThatIsNamedExists() throws {
    var seen = 0
    for file in try Self.files() {
      for name in try Self.text(file).matches(
        of: /([A-Za-z0-9_.\-][A-Za-z0-9_.\/\-]*\.md)(?:#([a-z0-9_\-]+))?/)
      {
        let path = [String(name.1), Self.folder(of: file) + name.1, "docs/\(name.1)"]
          .first(where: Self.exists)
        guard let path else {
          Issue.record("\(file) names \(name.1), which is not there")
          continue
        }
        seen += 1
        guard let anchor = name.2 else { continue }
        #expect(try Self.anchors(path).contains(String(anchor)), "\(file): \(name.0)")
      }
    }
    #expect(seen > 50)
  }

  /// The decisions have consecutive numbers, in their file names and titles.
  @Test func decisionsAreNumbered() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appending(path: "docs/decisions").path()
    ).sorted()
    #expect(files.count > 5)
    for (place, file) in files.enumerated() {
      let number = String(place + 1)
      let padded = String(repeating: "0", count: 3 - number.count) + number
      #expect(file.hasPrefix(padded + "-"), "\(file)")
      #expect(try Self.text("docs/decisions/\(file)").hasPrefix("# \(number). "), "\(file)")
    }
  }

  @Test func everyLinkLeadsSomewhere() throws {
    for file in try Self.files() where file.hasSuffix(".md") {
      for link in try Self.text(file).matches(of: /\]\(([^)\s]+)\)/) {
        let target = String(link.1)
        guard !target.hasPrefix("http") else { continue }
        if target.hasPrefix("#") {
          #expect(try Self.anchors(file).contains(String(target.dropFirst())), "\(file): \(target)")
        } else {
          let path = String(target.prefix { $0 != "#" })
          #expect(Self.exists(Self.folder(of: file) + path), "\(file): \(target)")
        }
      }
    }
  }

  /// Paths such as `Sources/…`, and `Nightly/Recover`, which is a file of the application.
  @Test func theFilesThatDocumentsNameExist() throws {
    var seen = 0
    for file in try Self.files()
    where file.hasSuffix(".md") && (file.hasPrefix("docs/") || file == "CONTRIBUTING.md") {
      for word in Self.words(try Self.text(file))
      where !word.contains(where: { "<… {".contains($0) }) {
        if word.contains(/^(Sources|Tests|sql|cron|docs|reports)\//), !word.contains("NNN") {
          #expect(Self.exists(word) || word == "reports/latest", "\(file): \(word)")
          seen += 1
        } else if word.contains(/^[A-Z][A-Za-z]+\/[A-Za-z+\/]*$/) {
          let places = ["Sources/", "Sources/StatusSync/", "Tests/StatusSyncTests/", "Tests/"]
          #expect(
            places.contains { Self.exists("\($0)\(word).swift") || Self.exists("\($0)\(word)") },
            "\(file): \(word)")
          seen += 1
        }
      }
    }
    #expect(seen > 40)
  }

  /// No file contains a path of somebody's machine.
  @Test func noPathOfAMachineIsHere() throws {
    let roots = ["work", "root", "home", "Users"].map { "/\($0)/" }
    for file in try Self.files() {
      let text = try Self.text(file)
      for root in roots { #expect(!text.contains(root), "\(file): \(root)") }
    }
  }

  @Test func everyConfigurationKeyIsDescribed() throws {
    var told: [String: String] = [:]
    for row in try Self.table("docs/operations.md", under: "Configuration") {
      let keys = Self.words(row[0])
      let standards = row[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      for (place, key) in keys.enumerated() {
        told[key] = standards.count == keys.count ? standards[place] : standards.first ?? ""
      }
    }
    // Words that an installation adds to a vocabulary are separate keys.
    let keys = told.keys.filter { !$0.hasPrefix("mapping.") && !$0.hasPrefix("targets.") }
    #expect(Set(keys) == Set(SettingsKey.all.map(\.name)))
    for key in SettingsKey.all {
      guard let standard = key.standard, !standard.isEmpty else { continue }
      #expect(told[key.name] == standard, "\(key.name)")
    }
  }

  @Test func everyExitStatusIsDescribed() throws {
    let told = try Self.table("docs/operations.md", under: "Exit status, and what to do")
      .flatMap { $0[0].split(separator: ",") }
      .compactMap { Int32($0.trimmingCharacters(in: .whitespaces)) }
    #expect(told.sorted() == ExitStatus.allCases.map(\.rawValue).sorted())
  }

  @Test func everyCommandIsDescribed() throws {
    let help = try Program.run(["--help"]).out
    let commands = help.split(separator: "\n").drop { !$0.hasPrefix("SUBCOMMANDS") }
      .compactMap { $0.firstMatch(of: /^  ([a-z][a-z\-]+(?:, [a-z\-]+)*)/)?.1 }
      .flatMap { $0.components(separatedBy: ", ") }
    #expect(commands.count > 10)
    let told = try Self.table("docs/operations.md", under: "Every day").flatMap {
      Self.words($0[0])
    }
    #expect(Set(told) == Set(commands).subtracting(["help"]))
  }

  @Test func theOutcomesAndAnswersAreThoseOfTheCode() throws {
    let outcomes = try Self.table("docs/rules.md", under: "From verdict to write")
      .flatMap { Self.words($0[0]) }
    #expect(Set(outcomes) == Set(Outcome.allCases.map(\.rawValue)))
  }

  @Test func everyTemplateIsDescribed() throws {
    let told = try Self.table("docs/notifications.md", under: "Templates")
      .flatMap { Self.words($0[0]) }
    #expect(Set(told) == Set(NotificationTemplate.all.map(\.id)))
  }

  /// Every figure and flaw in a report has a definition.
  @Test(arguments: [("performance.csv", 6), ("changes.csv", 6), ("data_quality.csv", 6)])
  func everyFigureIsDefined(_ file: String, _ column: Int) throws {
    let told = Set(Self.words(try Self.text("docs/figures.md")))
    let files = try Self.table("docs/figures.md", under: "Files").map { $0[0] }
    let shown = try Self.text("reports/sample/\(file)").split(separator: "\r\n").dropFirst()
      .compactMap {
        $0.split(separator: ",", omittingEmptySubsequences: false).dropFirst(column).first
      }
    let names = Set(shown.map(String.init))
    #expect(names.count > 5)
    for name in names where !name.hasPrefix("funnel_") && !files.contains(name) {
      #expect(told.contains(name), "\(name)")
    }
  }

  @Test func everyFileOfTheReportIsDefined() throws {
    let told = Set(
      try Self.table("docs/figures.md", under: "Files").map { $0[0] } + [
        "performance", "data_quality",
      ])
    #expect(told == Set(Measure.tables))
  }

  /// Every table and view of a migrated database is in the glossary.
  @Test func everyTableIsInTheGlossary() async throws {
    let told = Set(Self.words(try Self.text("docs/glossary.md")))
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      _ = try await Migrator.migrate(connection)
      let rows = try await connection.query(
        """
        select relname::text as name from pg_class
        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v')
        """)
      let names: [String] = try rows.map { try $0["name"] }
      #expect(names.count > 30)
      for name in names where !name.hasPrefix("metric_") { #expect(told.contains(name), "\(name)") }
      let known = Set(names)
      for row in try Self.table("docs/glossary.md", under: "Tables") {
        for name in Self.words(row[0]) where !name.contains("<") {
          #expect(known.contains(name), "\(name)")
        }
      }
    }
  }
}

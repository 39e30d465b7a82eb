import Foundation
import Leads
import Postgres
import Testing

/// The worked example of docs/metrics.md: its pandas and its SQL, run as they stand, give the same answers.
@Suite struct WorkedExampleTests {
  private static let names = ["answer_1", "answer_2", "answer_3"]

  @Test func pandasAndSQLGiveTheSameAnswers() async throws {
    let (python, queries) = try Self.blocks()
    try await NightlyFixture.with(leads: 400) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let fromFiles = try Self.answers(of: python, reports: fixture.directory)
      let connection = try await fixture.database.connect()
      try await connection.execute("set role status_sync_reader")
      for (name, query) in zip(Self.names, queries) {
        let rows = try await connection.query(
          SQL(stringLiteral: "select to_jsonb(answer)::text as row from (\(query)) as answer"))
        let fromSQL = try rows.map { row in
          try JSONDecoder().decode([String: Cell].self, from: Data((try row["row"] as String).utf8))
        }
        let other = try #require(fromFiles[name])
        #expect(fromSQL.count > 2, "\(name) has rows")
        #expect(fromSQL.count == other.count, "\(name)")
        for (one, two) in zip(fromSQL, other) {
          #expect(Set(one.keys) == Set(two.keys), "\(name)")
          for (column, cell) in one {
            #expect(cell.agrees(with: two[column]), "\(name).\(column): \(one) and \(two)")
          }
        }
      }
      await connection.close()
    }
  }

  private enum Cell: Decodable, CustomStringConvertible {
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try value.decode(String.self))
      }
    }

    /// Microseconds are all that a file leaves out.
    func agrees(with other: Cell?) -> Bool {
      switch (self, other) {
      case (.number(let a), .number(let b)): abs(a - b) <= 1e-9 * max(1, abs(a))
      case (.text(let a), .text(let b)): a == b
      default: false
      }
    }

    var description: String {
      switch self {
      case .number(let number): "\(number)"
      case .text(let text): text
      }
    }
  }

  /// The blocks of code of the section.
  private static func blocks() throws -> (python: String, queries: [String]) {
    let text = try String(
      contentsOf: Golden.root.appending(path: "docs/metrics.md"), encoding: .utf8)
    let section = try #require(
      text.components(separatedBy: "\n## ").first {
        $0.hasPrefix("From the files to three answers")
      })
    func code(_ language: String) -> [String] {
      section.components(separatedBy: "```\(language)\n").dropFirst().map { block in
        String(block.components(separatedBy: "\n```")[0])
      }
    }
    let queries = code("sql").map { $0.trimmingCharacters(in: ["\n", " ", ";"]) }
    try #require(queries.count == names.count)
    return (try #require(code("python").first), queries)
  }

  /// Runs the block in a folder whose `reports` are the fixture's.
  private static func answers(
    of python: String, reports: String
  ) throws -> [String: [[String: Cell]]] {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "pandas-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending(path: "reports").path(), withDestinationPath: reports)
    let tail = """

      import json
      print(json.dumps({name: json.loads(globals()[name].to_json(orient="records", double_precision=15))
        for name in [\(names.map { "'\($0)'" }.joined(separator: ", "))]}))
      """
    let process = Process()
    process.executableURL = Golden.root.appending(path: ".build/tools/bin/python")
    process.arguments = ["-W", "error", "-c", python + tail]
    process.currentDirectoryURL = folder
    let out = Pipe()
    let errors = Pipe()
    process.standardOutput = out
    process.standardError = errors
    try process.run()
    let answer = out.fileHandleForReading.readDataToEndOfFile()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    return try JSONDecoder().decode([String: [[String: Cell]]].self, from: answer)
  }
}

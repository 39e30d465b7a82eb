import Foundation
import Postgres
import Testing

import Outputs

/// The files for dbt: held to the dictionary, to the database, and (with `make dbt`) to dbt itself.
@Suite("dbt") struct DbtTests {
  @Test func theFilesAreWhatTheDictionarySays() throws {
    try Golden.check(DbtFiles.sources, equals: "reports/dbt/sources.yml")
    try Golden.check(DbtFiles.exposures, equals: "reports/dbt/exposures.yml")
    try Golden.check(DbtFiles.semanticModels, equals: "reports/dbt/semantic_models.yml")
  }

  /// Whoever has the analysts' role can read each column that the files name, and each key tells rows apart.
  @Test func everySourceIsReadableByTheAnalystsRole() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    try await log.database.execute("set role status_sync_reader")
    for file in DbtFiles.tables {
      let columns = file.columns.map(\.name).joined(separator: ", ")
      let key = file.key.joined(separator: ", ")
      let rows = try await log.database.query(
        SQL(stringLiteral: "select \(columns) from \(file.table)"))
      let keys = try await log.database.query(
        SQL(stringLiteral: "select distinct jsonb_build_array(\(key)) from \(file.table)"))
      #expect(rows.count == keys.count, "\(file.table)")
      for column in file.columns where column.null == nil {
        let empty = try await log.database.query(
          SQL(stringLiteral: "select from \(file.table) where \(column.name) is null"))
        #expect(empty.isEmpty, "\(file.table).\(column.name)")
      }
    }
    try await log.database.execute("reset role")
  }

  /// `DBT` is the program; `make dbt` installs it and sets it.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["DBT"] != nil))
  func dbtReadsThemAndTheirTestsHold() async throws {
    let program = try #require(ProcessInfo.processInfo.environment["DBT"])
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let login = "analyst_\(UUID().uuidString.prefix(8).lowercased())"
    try await log.database.script(
      """
      create role \(login) login in role status_sync_reader;
      create schema analytics authorization \(login)
      """)
    let project = FileManager.default.temporaryDirectory.appending(path: "dbt-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: project) }
    try Self.copy(to: project)
    let parameters = try #require(URLComponents(string: log.url)?.queryItems)
    func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
    var environment = ProcessInfo.processInfo.environment
    environment["PGHOST"] = value("host")
    environment["PGPORT"] = value("port") ?? "5432"
    environment["PGUSER"] = login
    environment["PGDATABASE"] = String(
      try #require(URLComponents(string: log.url)).path.dropFirst())
    environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    for command in ["parse", "build"] {
      let (status, output) = try Self.run(
        program, [command, "--profiles-dir", ".", "--warn-error", "--no-use-colors"], in: project,
        environment)
      #expect(status == 0, "dbt \(command): \(output.suffix(6_000))")
    }
    try await log.database.script(
      "drop schema analytics cascade; drop role \(login)")
  }

  /// A project of its own, as `reports/dbt/project` shows it.
  private static func copy(to project: URL) throws {
    let files = FileManager.default
    let source = Golden.root.appending(path: "reports/dbt")
    try files.createDirectory(
      at: project.appending(path: "models"), withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: source.path()) where name.contains(".") {
      try files.copyItem(
        at: source.appending(path: name), to: project.appending(path: "models/\(name)"))
    }
    for name in ["dbt_project.yml", "profiles.yml"] {
      try files.copyItem(
        at: source.appending(path: "project/\(name)"), to: project.appending(path: name))
    }
  }

  private static func run(
    _ program: String, _ arguments: [String], in folder: URL, _ environment: [String: String]
  ) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment
    let out = Pipe()
    process.standardOutput = out
    process.standardError = out
    try process.run()
    let text = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}

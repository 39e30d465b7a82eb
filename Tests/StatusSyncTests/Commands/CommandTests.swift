import Foundation
import Leads
import Postgres
import TestDatabase
import TestServer
import Testing

import Store

/// The built program, started as its users start it.
struct Program {
  struct Ended {
    var status: Int32
    var out: String
    var err: String
  }

  /// The program is beside the test bundle.
  static var path: String {
    let arguments = ProcessInfo.processInfo.arguments
    let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent()
      .appending(path: "status-sync").path()
  }

  /// A new folder to start the program in. The empty configuration there has precedence over
  /// `/etc/status-sync/config.yaml`, so no result depends on what is installed on this machine.
  static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "program-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data().write(to: folder.appending(path: "status-sync.yaml"))
    return folder
  }

  /// All variables of the started program; none is of this machine. libpq looks for files in `HOME`.
  static func environment(_ own: [String: String], in folder: URL) -> [String: String] {
    own.merging(["PATH": "/usr/bin:/bin", "HOME": folder.path()]) { own, _ in own }
      .merging(ProcessClock.environment()) { own, _ in own }
  }

  /// Starts the program in a folder of its own, and waits for its end.
  /// - Parameters:
  ///   - mask: its umask; nil: that of the tests.
  ///   - output: its standard output; nil: what is returned.
  ///   - check: gets that folder before it is removed.
  ///   - prepare: gets that folder before the program starts.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], mask: String? = nil,
    output: FileHandle? = nil, check: (URL) throws -> Void = { _ in },
    prepare: (URL) throws -> Void = { _ in }
  ) throws -> Ended {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try prepare(folder)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: mask == nil ? path : "/bin/sh")
    process.arguments =
      mask.map { ["-c", "umask \($0); exec \"$0\" \"$@\"", path] + arguments } ?? arguments
    process.environment = Self.environment(environment, in: folder)
    process.currentDirectoryURL = folder
    let out = Pipe()
    let err = Pipe()
    if let output { process.standardOutput = output } else { process.standardOutput = out }
    process.standardError = err
    try process.run()
    let outData = output == nil ? out.fileHandleForReading.readDataToEndOfFile() : Data()
    let errData = err.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try check(folder)
    return Ended(
      status: process.terminationStatus, out: String(decoding: outData, as: UTF8.self),
      err: String(decoding: errData, as: UTF8.self))
  }
}

@Suite struct CommandTests {
  @Test(arguments: [
    ["run"], ["plan"], ["apply"], ["report"], ["review"], ["review", "list"], ["review", "show"],
    ["review", "resolve"], ["explain"], ["history"], ["erase"], ["prune"], ["deliver"], ["migrate"],
    ["doctor"], ["init"],
    ["status"], ["stand-ins"], ["demo"], ["serve"], ["key", "create"], ["key", "list"],
    ["key", "revoke"],
  ])
  func everyHelpNamesItsExitStatus(_ command: [String]) throws {
    let help = try Program.run(command + ["--help"])
    #expect(help.status == 0)
    // Each status on a line of its own, which 80 columns do not break.
    let block = try #require(
      help.out.components(separatedBy: "\n\n").first { $0.hasPrefix("EXIT STATUS") })
    for line in block.split(separator: "\n").dropFirst() {
      #expect(line.hasPrefix("  ") && line.count <= 80, "\(line)")
    }
    if command != ["review"] { #expect(help.out.contains("--json")) }
  }

  /// The lens of a kind is named, and what the configuration keeps from being written.
  @Test func explainNamesTheLens() throws {
    func explain(_ statuses: [String], _ environment: [String: String] = [:]) throws -> String {
      try Program.run(
        ["explain"]
          + zip(["--base", "--domiq", "--resman"], statuses).flatMap { [$0, $1] }
          + ["--resman-kind", "partner", "--domiq-kind", "database"], environment: environment
      ).out
    }
    let agreed = try explain(["qualified", "qualified", "contacted"])
    #expect(agreed.hasPrefix("in_sync (rule 6): "))
    #expect(agreed.contains("ResMan's partner interface shows qualified as contacted."))
    #expect(
      try explain(["contacted", "engaged", "lost"]).contains("DomIQ's database cannot show lost."))
    let ahead = try explain(
      ["new", "qualified", "new"], ["STATUS_SYNC_RESMAN_WRITE": "none"])
    #expect(
      ahead.contains(
        "action: push\nboth will mean: qualified\nDomIQ will show: qualified\n"
          + "ResMan will show: contacted\n"))
    let lost = try explain(["contacted", "engaged", "lost"])
    #expect(
      lost.contains(
        "action: log\nboth will mean: lost\nDomIQ will show: contacted\nResMan will show: lost"))
    #expect(!(ahead + lost).contains("both will say"))
    #expect(ahead.contains("not written: resman.write is none"))
    let json = try Program.run(
      [
        "explain", "--base", "new", "--domiq", "engaged", "--resman", "new", "--json",
      ], environment: ["STATUS_SYNC_RESMAN_WRITE": "none"])
    #expect(json.out.contains(/"not_written" *: *"resman.write is none"/))
    #expect(try Program.run(["explain", "--resman-kind", "other"]).status == 64)
  }

  /// An answer that would write to a system that is only read changes nothing.
  @Test func aReaderTakesNoAnswerThatWrites() throws {
    let refused = try Program.run(
      ["review", "resolve", "L-1", "push"], environment: ["STATUS_SYNC_RESMAN_WRITE": "none"])
    #expect(refused.status == 64)
    #expect(refused.err.contains("resman.write is none, so nothing is written"))
  }

  @Test func explainAnswersWithoutADatabase() throws {
    let ended = try Program.run(
      [
        "explain", "--base", "contacted", "--domiq", "tour_booked", "--resman", "contacted",
        "--json",
      ])
    #expect(ended.status == 0)
    let answer = try #require(
      try JSONSerialization.jsonObject(with: Data(ended.out.utf8)) as? [String: Any])
    #expect(answer["verdict"] as? String == "domiq_ahead")
    #expect(answer["rule"] as? Int == 11)
    #expect(answer["hops"] as? [String] == ["tour_scheduled"])
    #expect(
      Set(answer.keys) == [
        "base", "domiq", "resman", "verdict", "rule", "action", "target", "hops", "irregular",
        "unmet", "because",
      ])
  }

  @Test(arguments: [
    (
      ["explain", "--base", "nowhere", "--domiq", "new", "--resman", "new"],
      Store.ExitStatus.usage
    ),
    (["nonsense"], .usage), (["history"], .usage), (["demo", "--leads", "3"], .usage),
    (["apply", "/nowhere/plan.json"], .usage), (["review", "resolve"], .usage),
    (["review", "resolve", "accept"], .usage), (["review", "resolve", "L-1", "sell"], .usage),
    (["review", "resolve", "L-1", "--verdict", "unbased", "--prefer", "accept"], .usage),
    (["run", "--config", "/nowhere.yaml"], .configuration),
  ])
  func mistakesEndWithTheirStatus(_ arguments: [String], _ status: Store.ExitStatus) throws {
    let ended = try Program.run(arguments)
    #expect(ended.status == status.rawValue, "\(ended.err)")
    #expect(!ended.err.isEmpty)
  }

  /// A command and its own exit status, on a database without a night.
  static let printing: [(command: [String], status: Int32)] = [
    (["explain", "--base", "new", "--domiq", "new", "--resman", "new"], 0), (["status"], 0),
    (["status", "--json"], 0), (["status", "--check"], 2), (["review", "list"], 0),
    (["link", "list"], 0), (["history", "L-1"], 0), (["key", "list"], 0), (["migrate"], 0),
    (["prune", "--dry-run"], 0), (["deliver"], 0),
  ]

  /// A result that cannot be written has not been said; a reader that has seen enough is no failure.
  @Test func whatCannotBeWrittenIsNoSuccess() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let environment = ["DATABASE_URL": database.url]
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      for (command, status) in Self.printing {
        let ended = try Program.run(command, environment: environment, output: full)
        #expect(ended.status == 78, "\(command): \(ended.err)")
        #expect(ended.err.contains("standard output cannot be written: "), "\(command)")
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let unread = try Program.run(
          command, environment: environment, output: pipe.fileHandleForWriting)
        #expect(unread.status == status, "\(command): \(unread.err)")
      }
      // A key that nobody has seen is of no use to anybody, and its name is free again.
      let create = ["key", "create", "--name", "bot", "--all-properties"]
      #expect(try Program.run(create, environment: environment, output: full).status == 78)
      let usable: Int = try await database.value(
        "select count(*) as value from api_key where revoked_at is null")
      #expect(usable == 0)
      let again = try Program.run(create, environment: environment)
      #expect(again.status == 0 && again.out.hasPrefix("sts_"), "\(again.err)")
    }
  }

  /// A file in the current folder could have been planted there; one that is named was chosen.
  @Test func aFileOfOthersIsReadOnlyIfItIsNamed() throws {
    let server = ScriptedServer { _ in
      .last("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
    }
    defer { server.stop() }
    func doctor(
      _ arguments: [String] = [], mode: mode_t, owner: uid_t? = nil, group: gid_t? = nil
    ) throws -> Program.Ended {
      try Program.run(
        ["doctor"] + arguments, environment: ["STATUS_SYNC_RESMAN_TOKEN": "token"],
        prepare: { folder in
          let file = folder.appending(path: "status-sync.yaml")
          try Data("resman: {url: \"\(server.url)\"}".utf8).write(to: file)
          if let owner { #expect(chown(file.path(), owner, gid_t.max) == 0) }
          if let group { #expect(chown(file.path(), uid_t.max, group) == 0) }
          #expect(chmod(file.path(), mode) == 0)
        })
    }
    var files: [(mode: mode_t, owner: uid_t?, group: gid_t?)] = [(0o646, nil, nil)]
    // Root can give files away.
    if geteuid() == 0 { files += [(0o644, 4242, nil), (0o664, nil, 4242)] }
    for file in files {
      let refused = try doctor(mode: file.mode, owner: file.owner, group: file.group)
      #expect(refused.status == 78, "\(file): \(refused.err)")
      #expect(refused.out.contains("status-sync.yaml is not read"), "\(file): \(refused.out)")
      #expect(refused.out.contains("--config"))
      #expect(server.reading.connections == 0)
    }
    // The group is the owner's own.
    _ = try doctor(mode: 0o664)
    let own = server.reading.connections
    #expect(own > 0)
    _ = try doctor(["--config", "status-sync.yaml"], mode: 0o646)
    #expect(server.reading.connections > own)
  }

  @Test func anUnreachableDatabaseIsOneSentence() throws {
    let ended = try Program.run(
      ["status"], environment: ["DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:1/x"])
    #expect(ended.status == Store.ExitStatus.unreachable.rawValue)
    #expect(!ended.err.contains("s3cret"))
    #expect(ended.err.split(separator: "\n").count == 1)
  }
}

@Suite struct RepositoryTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  @Test func theMigrationsAreThoseOfTheFolder() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appending(path: "sql/migrations").path()
    ).sorted()
    #expect(Migration.all.map { $0.name + ".sql" } == files)
  }

  @Test func everyQuerySaysItsGrain() throws {
    let folder = Self.root.appending(path: "sql").path()
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".sql") && !$0.hasPrefix("migrations/") && $0 != "schema.sql" }
    #expect(files.count > 200)
    for file in files { #expect(try Self.text("sql/\(file)").hasPrefix("-- "), "\(file)") }
  }

  /// Each guarantee on these pages names a test that exists.
  @Test(arguments: ["docs/reliability.md", "docs/security.md"])
  func aPageOfPromisesNamesTestsThatExist(_ page: String) throws {
    let tests = Self.root.appending(path: "Tests")
    let files = try FileManager.default.subpathsOfDirectory(atPath: tests.path())
    let source = try files.filter { $0.hasSuffix(".swift") }
      .map { try Self.text("Tests/\($0)") }.joined(separator: "\n")
    var named: Set<String> = []
    for line in try Self.text(page).split(separator: "\n")
    where line.hasPrefix("|") || line.contains("Tests`") {
      for name in line.matches(of: /`([A-Za-z]*[a-z][A-Z][A-Za-z]*)`/) {
        named.insert(String(name.1))
      }
    }
    #expect(named.count > 40)
    for name in named {
      #expect(
        source.contains("func \(name)(") || source.contains("struct \(name) ")
          || source.contains("func \(name)<"), "\(name)")
    }
  }

  /// JSON is written in one place, hashes in one, the calendar is in one, and time has one type.
  @Test(arguments: [
    ("JSONEncoder()", ["JSON.swift"]), ("JSONDecoder()", ["JSON.swift", "JSONValue.swift"]),
    ("cbf2_9ce4_8422_2325", ["FNV1a.swift"]), ("146_097", ["CivilDate.swift"]),
    (": Date ", []), (": Date,", []), (": Date?", []),
  ])
  func whatIsDoneOnceStandsOnce(_ text: String, _ files: [String]) throws {
    let sources = Self.root.appending(path: "Sources")
    let paths = try #require(FileManager.default.enumerator(atPath: sources.path()))
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
    #expect(paths.count > 200)
    let found = try paths.filter { try Self.text("Sources/\($0)").contains(text) }
    #expect(Set(found.map { ($0 as NSString).lastPathComponent }) == Set(files), "\(text)")
  }

  /// docs/architecture.md names every module, and none is too large to be read as one.
  @Test func everyModuleHasItsPlaceAndItsSize() throws {
    let sources = Self.root.appending(path: "Sources")
    let architecture = try Self.text("docs/architecture.md")
    var lines: [String: Int] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: sources.path())
    where path.hasSuffix(".swift") {
      let module = String(path.prefix { $0 != "/" })
      lines[module, default: 0] += try Self.text("Sources/\(path)").count { $0 == "\n" }
    }
    #expect(lines.count > 25)
    for (module, lines) in lines {
      #expect(lines <= 4_000, "\(module): \(lines) lines")
      let isTool = module == "benchmark" || module.hasPrefix("Test")
      #expect(isTool || architecture.contains("`Sources/\(module)/`"), "\(module)")
    }
  }

  @Test func theDocumentsCommandsExist() throws {
    let documents = try ["README.md", "CONTRIBUTING.md", "docs/operations.md", "docs/api.md"]
      .map(Self.text).joined(separator: "\n")
    let makefile = try Self.text("Makefile")
    let ci = try Self.text(".ci/run")
    #expect(ci.contains("make lint") && ci.contains("make test"))
    var seen = 0
    for line in documents.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard let first = words.first, words.count > 1 else { continue }
      if first == "make" {
        #expect(makefile.contains("\n\(words[1]):"), "\(line)")
        seen += 1
      } else if first == "status-sync" {
        let help = try Program.run([words[1], "--help"])
        #expect(help.status == 0, "\(line)")
        seen += 1
      }
    }
    #expect(seen > 20)
  }
}

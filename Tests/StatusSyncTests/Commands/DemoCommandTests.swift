import Foundation
import Leads
import StandIns
import Testing

import Demo
import Settings
import Store

/// The commands that the demo prints at its end work when pasted into a shell.
@Suite struct DemoCommandTests {
  @Test func thePrintedLinesTryTheLiveAPI() async throws {
    // A space tests the quoting; the port is outside the range that the system assigns.
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "status-sync demo \(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let port = DemoDay.freePort(from: Int.random(in: 10_000...30_000))
    let demo = try RunningProgram(
      ["demo", "--leads", "100", "--directory", directory, "--port", "\(port)"], environment: [:])
    let ended = await demo.ended()
    try #require(ended.status == 0, "\(ended.err)")
    #expect(!ended.out.contains("sts_") && !ended.err.contains("sts_"))
    let header = try FileManager.default.attributesOfItem(atPath: directory + "/api.header")
    #expect(header[.posixPermissions] as? Int == 0o600)

    let lines = ended.out.split(separator: "\n").drop { !$0.contains("demo --serve") }
    try #require(lines.count == 6)
    let shell = try RunningProgram(
      ["-c", lines.joined(separator: "\n") + "\nwait"], environment: [:], program: "/bin/sh")
    let tried = await shell.ended()
    let answers = tried.out.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
      JSONValue(utf8: Array($0.utf8)) ?? .null
    }
    try #require(answers.count == 4, "\(tried.out) \(tried.err)")
    #expect(answers[0]["status_changes"] != nil)
    #expect(answers[1]["success"] == .bool(true))
    #expect(answers[1]["notifications_sent"] == .integer(1))
    #expect(answers[2]["total_count"] == .integer(1))
    #expect(answers[3]["total_status_changes"] != nil)
  }

  /// While one command runs the demo's systems, other commands use the same ones; the address is recorded
  /// only as long as they run.
  @Test func anOpenDemoIsShared() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-demo-\(UUID().uuidString)"
    )
    .path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(throws: DemoError.self) { try DemoEnvironment.existing(folder) }
    let fixture = DemoEnvironment(
      directory: folder, leads: 100, seed: 3, clock: ProcessClock.running(from: ProcessClock.start))
    try await fixture.open { one in
      #expect(one.isNew)
      try await DemoEnvironment.existing(folder).open { two in
        #expect(!two.isNew && two.database == one.database)
        #expect(two.settings == one.settings)
      }
      let settings = try Settings.load(path: folder + "/status-sync.yaml", environment: [:])
      #expect(settings.demoDirectory == fixture.directory)
      #expect(settings.reports.directory == one.settings.reports.directory)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.sorted() == ["lock", "postgres", "status-sync.yaml", "systems.json"])
    // Created at the clock's time, however late that is.
    let snapshot = try Snapshot(contentsOf: folder + "/systems.json")
    let latest = snapshot.resman.leads.map(\.updatedAt).max() ?? 0
    #expect(latest <= ProcessClock.start.microseconds)
  }

  /// A demo does not overwrite the user's own configuration beside it.
  @Test func aFolderWithAConfigurationIsNoDemo() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "own-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "status-sync.yaml")
    let own = Data("resman: { url: \"https://resman.example.com\" }\n".utf8)
    try own.write(to: file)
    let ended = try Program.run(["demo", "--leads", "100", "--directory", folder.path()])
    #expect(ended.status == Store.ExitStatus.configuration.rawValue, "\(ended.err)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()).count == 1)
    #expect(try Data(contentsOf: file) == own)
  }

  @Test(arguments: [
    ("demo/x-1_y.z", "demo/x-1_y.z"), ("a b", "'a b'"), ("", "''"), ("it's", #"'it'\''s'"#),
    ("$(x);&", "'$(x);&'"),
  ])
  func aWordOfAShellStaysOne(_ text: String, _ word: String) {
    #expect(DemoDay.quoted(text) == word)
  }
}

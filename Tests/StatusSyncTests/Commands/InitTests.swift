import Foundation
import Testing

@testable import Settings  // uses `ConfigurationFile`, internal
import StatusSync
import Store

/// The first steps: a configuration from nothing, and a doctor that says what to do next.
@Suite struct InitTests {
  private static let template = ConfigurationTemplate(folder: "/etc/status-sync", reports: "/r")

  /// With all comment signs removed it is a configuration with every key at its default.
  @Test func theTemplateHasEveryKeyAtItsDefault() throws {
    let bare = Self.template.text.split(separator: "\n").map { line in
      // A comment in words has a space after its sign; a commented-out key has none.
      line.replacing(/^( *)#(?=[a-z])/) { $0.1 }.replacing("…", with: "x")
    }.joined(separator: "\n")
    let file = try ConfigurationFile(bare, named: "template")
    let own = file.values.filter { !MappingKeys.contains($0.key) }
    #expect(Set(own.keys) == Set(SettingsKey.all.map(\.name)).subtracting(["demo.directory"]))
    for key in SettingsKey.all {
      guard let standard = key.standard, !standard.isEmpty, key.name != "reports.directory"
      else { continue }
      #expect(own[key.name] == standard, "\(key.name)")
    }
  }

  @Test func threeLinesAreToBeFilledIn() {
    let blanks = Self.template.blanks
    #expect(blanks.map(\.key) == ["resman.url", "domiq.url", "database.url"])
    let lines = Self.template.text.split(separator: "\n", omittingEmptySubsequences: false)
    for blank in blanks { #expect(lines[blank.line - 1].hasPrefix("  url: \"\"")) }
  }

  /// From nothing to the first plan, step by step as the doctor says.
  @Test func theDoctorLeadsFromNothingToThePlan() async throws {
    try await ProcessHarness.with { harness in
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "status-sync-init-\(UUID().uuidString)"
      ).path()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let file = "\(folder)/config.yaml"
      // Not Program.run, because the stand-ins need the thread that it would block.
      func ended(_ arguments: [String]) async throws -> RunningProgram.Ended {
        await (try RunningProgram(arguments, environment: [:])).ended()
      }
      func next() async throws -> String {
        let ended = try await ended(["doctor", "--config", file])
        return ended.out.split(separator: "\n").last.map(String.init) ?? ended.err
      }
      func set(_ old: String, _ new: String) throws {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        let range = try #require(text.range(of: old))
        try Data(text.replacingCharacters(in: range, with: new).utf8)
          .write(to: URL(fileURLWithPath: file))
      }
      func secret(_ name: String, _ text: String) throws {
        try OwnersFile.write(Data(text.utf8), to: "\(folder)/\(name)")
      }
      // Not by the program, which would find the configuration of a machine that has one.
      let bare = await Checklist(Settings(), withoutDatabase: "no database", hasFile: false).run()
      #expect(bare.next.hasPrefix("status-sync init "))
      let made = try Program.run(["init", "--config", file])
      #expect(made.status == 0 && made.out.contains("Fill in three lines"), "\(made.err)")
      for name in ["resman.token", "domiq.token", "webhook.secret"] {
        #expect(made.out.contains("\(folder)/\(name)  "))
      }
      #expect(made.out.hasSuffix("Then: status-sync doctor --config \(file)\n"))
      let again = try Program.run(["init", "--config", file])
      #expect(again.status == 78 && again.err.contains("left as it is"))

      #expect(try await next().contains("correct what the sentence names"))
      try secret("resman.token", harness.standIns.credentials.resmanToken)
      try secret("domiq.token", harness.standIns.credentials.domiqToken)
      try secret("webhook.secret", harness.standIns.credentials.webhookSecret)
      #expect(try await next().contains("write database.url"))
      try set("database:\n  url: \"\"", "database:\n  url: \"\(harness.url)\"")
      #expect(try await next().contains("set resman.url"))
      try set("resman:\n  url: \"\"", "resman:\n  url: \(harness.standIns.resmanURL)")
      #expect(try await next().contains("set domiq.url"))
      try set("domiq:\n  url: \"\"", "domiq:\n  url: \(harness.standIns.domiqURL)")
      #expect(try await next().hasPrefix("Next: status-sync plan"))
      // A folder made by whoever asked first might not be the night's.
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/reports"))
      #expect(try await ended(["plan", "--config", file]).status == 0)
    }
  }

  @Test(arguments: [
    "postgresql://u:s3cret@h/d", "postgresql://u:a%40b@h:5432/d", "host=h password=s3cret",
    "host=h password = s3cret",
  ])
  func noPasswordStandsInTheFile(_ url: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try Settings.parse("database: { url: \"\(url)\" }", named: "f", environment: [:])
    }
    #expect(error?.description.contains("holds a password") == true)
    #expect(error?.description.contains("s3cret") == false)
  }

  @Test func theVariableGoesBeforeTheFile() throws {
    let file = "database: { url: \"postgresql://a@[::1]:5432/one\" }"
    let alone = try Settings.parse(file, named: "f", environment: [:])
    #expect(alone.databaseURL == Secret("postgresql://a@[::1]:5432/one"))
    let both = try Settings.parse(
      file, named: "f", environment: ["DATABASE_URL": "postgresql://u:p@h/two"])
    #expect(both.databaseURL == Secret("postgresql://u:p@h/two"))
  }
}

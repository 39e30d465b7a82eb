import Foundation
import Leads
import Postgres
import StandIns
import TestDatabase
import Testing

import Demo
import Nightly
import Store

/// The documents can be followed: each command in them works, in their order, on a new installation and on
/// the demo.
@Suite(.serialized) struct DocumentTests {
  /// The order of reading: installing first.
  private static let documents = ["docs/operations.md", "README.md", "docs/api.md"]

  /// A shell in a folder, with the program in its PATH.
  private struct Shell {
    var folder: String
    var environment: [String: String] = [:]

    /// Runs one line in a shell.
    func type(_ line: String) async throws -> RunningProgram.Ended {
      let program = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path()
      var variables = environment
      variables["PATH"] = "\(program):/usr/bin:/bin"
      return await
        (try RunningProgram(
          ["-c", "cd \"$0\" || exit 9\n\(line)", folder], environment: variables, program: "/bin/sh"
        ))
        .ended()
    }

    /// Runs `serve` until it listens, and stops it.
    func serve(_ line: String) async throws -> RunningProgram.Ended {
      try await type(
        """
        \(line) --port 0 >serve.out 2>serve.err & server=$!
        while ! grep -q listening serve.out; do kill -0 $server || break; sleep 0.1; done
        kill $server; wait $server; status=$?; cat serve.out; cat serve.err >&2; exit $status
        """)
    }
  }

  /// Runs every command and checks its exit status.
  private static func follow(_ documents: [String], at shell: Shell) async throws {
    var seen: Set<String> = []
    for document in documents {
      for line in try Documents.commands(document) {
        let words = line.split(separator: " ").map(String.init)
        let isServe = words[1] == "serve"
        let ended = isServe ? try await shell.serve(line) : try await shell.type(line)
        // Open questions and differences are allowed, and so is the signal that ends a server.
        let expected: [Int32] =
          switch words[1] {
          case "run", "apply", "review": [0, 3]
          case "serve": [143]
          default: [0]
          }
        let said = "\(document): \(line)\n\(ended.out.suffix(600))\n\(ended.err)"
        #expect(expected.contains(ended.status), "\(ended.status) \(said)")
        #expect(!ended.err.contains("status-sync: ") || isServe, "\(said)")
        seen.insert(words[1])
      }
    }
    #expect(seen.isSuperset(of: ["migrate", "plan", "apply", "run", "review", "report", "serve"]))
  }

  @Test func aNewInstallationFollowsTheDocuments() async throws {
    try await TestDatabase.with { database in
      let world = World.demo(leads: 120, properties: 3, seed: 5, now: ProcessClock.start)
      let standIns = try await StandIns.start(
        world: world)
      let folder = try Self.folder()
      let known = standIns.credentials
      for (name, secret) in [
        ("resman.token", known.resmanToken), ("domiq.token", known.domiqToken),
        ("webhook.secret", known.webhookSecret),
      ] { try OwnersFile.write(Data(secret.utf8), to: "\(folder)/\(name)") }
      let settings = """
        resman: { url: "\(standIns.resmanURL)", token_file: resman.token, requests_per_second: 5000 }
        domiq: { url: "\(standIns.domiqURL)", token_file: domiq.token, requests_per_second: 5000,
                 webhook_secret_file: webhook.secret }
        """
      try Data(settings.utf8).write(to: URL(fileURLWithPath: "\(folder)/status-sync.yaml"))
      let result: Result<Void, any Error>
      do {
        result = .success(
          try await Self.follow(
            Self.documents,
            at: Shell(folder: folder, environment: ["DATABASE_URL": database.url])))
      } catch { result = .failure(error) }
      await standIns.stop()
      try FileManager.default.removeItem(atPath: folder)
      try result.get()
    }
  }

  @Test func theDemoFollowsTheDocuments() async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let shell = Shell(folder: folder)
    let demo = try await shell.type("status-sync demo --leads 300")
    try #require(demo.status == 0, "\(demo.err)")
    // The command that it prints as the next step works from the folder where the demo was started.
    let next = try #require(demo.out.split(separator: "\n").first { $0.hasPrefix("Next: ") })
    let listed = try await shell.type(String(next.dropFirst(6)))
    #expect(listed.status == 0 && listed.out.contains("open question"), "\(listed.err)")
    var there = Shell(folder: folder + "/demo")
    // A variable of another installation does not change the demo.
    there.environment["DATABASE_URL"] = "postgresql://127.0.0.1:1/elsewhere"
    try await Self.follow(Self.documents, at: there)
  }

  /// Questions of the demo are answered one by one: with answers that call no system, and with answers that
  /// write.
  @Test func questionsOfTheDemoAreAnswered() async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let demo = try await Shell(folder: folder).type("status-sync demo --leads 400 --json")
    try #require(demo.status == 0, "\(demo.err)")
    let shell = Shell(folder: folder + "/demo")
    let items = try JSONDecoder().decode(
      [ReviewItem].self, from: Data(try await shell.type("status-sync review list --json").out.utf8)
    )
    let unmapped = try #require(items.first { $0.verdict == "unmapped" && $0.resman != nil })
    let shown = try await shell.type("status-sync review show \(unmapped.resmanLeadID)")
    #expect(shown.status == 0, "\(shown.err)")
    for part in [
      unmapped.propertyName ?? "?", "DomIQ", "ResMan's own history", "What each answer does",
      "pull    sets DomIQ to ResMan's status",
    ] { #expect(shown.out.contains(part), "\(part)\n\(shown.out)") }
    for (answer, item) in zip(["accept", "ignore --until 2999-01-01 --reason later"], items) {
      let words = answer.split(separator: " ", maxSplits: 1).map(String.init)
      let options = words.count > 1 ? words[1] : ""
      let ended = try await shell.type(
        "status-sync review resolve \(item.resmanLeadID) \(words[0]) \(options)")
      #expect(ended.status == 0, "\(answer): \(ended.err)")
    }
    let pulled = try await shell.type(
      "status-sync review resolve \(unmapped.resmanLeadID) pull --by ada")
    #expect(pulled.status == 0 && pulled.out.contains("verified"), "\(pulled.out) \(pulled.err)")
    let again = try await shell.type("status-sync review show \(unmapped.resmanLeadID) --json")
    #expect(again.out.contains("\"answered_by\" : \"ada\""), "\(again.out.prefix(2_000))")
    let night = try await shell.type("status-sync run --json")
    #expect([0, 3].contains(night.status), "\(night.err)")
  }

  private static func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-documents-\(UUID().uuidString)"
    ).path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}

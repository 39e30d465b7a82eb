import Foundation
import Leads
import StandIns
import Testing

import Settings
import Upstreams

/// The effect of attacks on other callers: none of their requests fails. With `ATTACK_SECONDS=60` (`make
/// bench-attacks`) the measured times are printed. Server, both systems and attackers share this machine, and
/// the server is a debug build.
@Suite(.serialized) struct AttackTests {
  private static let seconds =
    Double(ProcessInfo.processInfo.environment["ATTACK_SECONDS"] ?? "") ?? 2

  @Test(arguments: [
    "none", "drip", "endless", "trickle", "silent", "pipeline", "crowd", "absent", "windows",
  ])
  func othersAreServed(_ attack: String) async throws {
    let count = Int(Self.seconds * 12) + 20
    var making = APIFixture.Making(clock: .system())
    making.statuses = APIFixture.everyone + (0..<count).map { ("L-load-\($0)", Status.new) }
    making.bodyPatience = .seconds(8)
    making.resmanSeconds = AnswerTimeouts().resmanSeconds
    // The defaults of `serve`.
    making.change = { settings in
      settings.resman.requestsPerSecond = SystemSettings().requestsPerSecond
      settings.resman.concurrency = SystemSettings().concurrency
    }
    try await APIFixture.with(making) { fixture in
      _ = try await fixture.nightly().run(full: true)
      fixture.standIns.faults.set(Self.faults(attack))
      // Nightly runs at the same time, one after another.
      let nights = Task {
        while attack == "endless", !Task.isCancelled {
          _ = try await fixture.nightly().run(full: true)
        }
      }
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "attack-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Load/attacks.py")
      let ended = try await Tool.run(
        URL(fileURLWithPath: "/usr/bin/python3"), in: folder, [script.path(), attack],
        environment: [
          "URL": fixture.url, "KEY": fixture.chatbot, "ATTACKER_KEY": fixture.oakKey,
          "PROPERTY": APIFixture.oak.uuidString.lowercased(), "SECONDS": "\(Self.seconds)",
          "PID": "\(ProcessInfo.processInfo.processIdentifier)", "LEADS": "\(count)",
        ])
      nights.cancel()
      _ = await nights.result
      #expect(ended.status == 0, "\(ended.text)")
      let last = ended.text.split(separator: "\n").last.map(String.init) ?? ""
      let figures = JSONValue(utf8: Array(last.utf8))
      #expect(figures?["probe"]?["most_answered"] == .bool(true), "\(ended.text)")
      for kind in ["history", "put"] {
        let seen = try #require(figures?[kind])
        #expect(seen["failed"] == .array([]), "\(kind): \(seen)")
        #expect(seen["answered"] != .integer(0), "\(kind)")
      }
      if Self.seconds > 10 { print(ended.text, terminator: "") }
    }
  }

  /// What ResMan does during the attack.
  private static func faults(_ attack: String) -> [Fault] {
    switch attack {
    case "drip":
      (0..<100).map { Fault(.drip, on: .resman, route: .lead, lead: "L-drip-\($0)", seconds: 1) }
    case "endless":
      [Fault(.endless, on: .resman, route: .leads, property: APIFixture.oak.uuidString)]
    default: []
    }
  }
}

import Foundation
import Leads
import Testing

@testable import Nightly  // uses `PlanFile`, internal
import Store

/// A saved plan is applied exactly as it was saved, or refused.
@Suite struct PlanFileTests {
  @Test func theDigestCoversThePlan() async throws {
    try await NightlyFixture.with(leads: 400) { fixture in
      let plan = try await fixture.nightly().plan(full: true)
      #expect(plan.digest.count == 64)
      #expect(PlanFile.digest(of: plan.leads.reversed()) == plan.digest)
      #expect(try PlanFile.load(try plan.data()) == plan)
      let applied = try await fixture.nightly().apply(plan)
      #expect(applied.summary.digests["plan"] == plan.digest)
      #expect(applied.summary.outcomes == ["verified": plan.planned])
    }
  }

  /// A plan is refused if anything that determines a write was changed.
  @Test func aPlanChangedByHandIsRefused() throws {
    let plan = Self.plan()
    #expect(try PlanFile.load(try plan.data()) == plan)
    let changes: [@Sendable (inout PlannedLead) -> Void] = [
      {
        $0.target = .lost; $0.hops = [.lost]
      }, { $0.propertyID = UUID() },
      { $0.conversationID = nil }, { $0.base = .new }, { $0.domiqRaw = "lost" },
      { $0.domiq = .lost }, { $0.resmanRaw = "Contacted" }, { $0.resman = .new },
      { $0.verdict = .conflict }, { $0.rule = 15 }, { $0.action = .review },
      { $0.action = .pull }, { $0.irregular = true }, { $0.outcome = .parked },
      { $0.outcome = .verified }, { $0.domiqVersion = nil }, { $0.resmanVersion = "other" },
      { $0.resmanLeadID = "L-2" },
    ]
    for (number, change) in changes.enumerated() {
      var changed = plan
      change(&changed.leads[0])
      let data = try changed.data()
      #expect(throws: PlanFileError.self, "\(number)") { try PlanFile.load(data) }
    }
    var without = plan
    without.leads = []
    let data = try without.data()
    #expect(throws: PlanFileError.self) { try PlanFile.load(data) }
  }

  @Test func theProgramRefusesItBeforeAnyCall() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var plan = Self.plan()
    plan.leads[0].target = .lost
    plan.leads[0].hops = [.lost]
    let path = folder.appending(path: "plan.json").path()
    try plan.data().write(to: URL(fileURLWithPath: path))
    let ended = try Program.run(
      ["apply", path], environment: ["DATABASE_URL": "postgresql://127.0.0.1:1/nowhere"])
    #expect(ended.status == 64)
    #expect(ended.err.contains("was changed after it was saved"), "\(ended.err)")
  }

  @Test func aPlanIsItsOwnersAlone() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "plan.json").path()
    for text in ["one", "two"] {
      try OwnersFile.write(Data(text.utf8), to: path)
      #expect(FileManager.default.contents(atPath: path) == Data(text.utf8))
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["plan.json"])
    let link = folder.appending(path: "link").path()
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(throws: OwnersFileError.self) { try OwnersFile.write(Data(), to: link) }
    #expect(throws: OwnersFileError.self) { try OwnersFile.write(Data(), to: path + "/x") }
    #expect(throws: OwnersFileError.self) { try OwnersFile.check("/nowhere/at/all/plan.json") }
    #expect(FileManager.default.contents(atPath: path) == Data("two".utf8))
  }

  private static func plan() -> PlanFile {
    let lead = PlannedLead(
      propertyID: UUID(), resmanLeadID: "L-1", conversationID: UUID(), base: .contacted,
      domiqRaw: "tour_booked", domiq: .tourScheduled, resmanRaw: "contacted", resman: .contacted,
      verdict: .domiqAhead, rule: 11, action: .push, target: .tourScheduled,
      hops: [.tourScheduled], irregular: false, cause: "unknown", outcome: nil, reason: "moved on",
      domiqVersion: "2026-11-20T10:00:00Z", resmanVersion: "2026-11-19T10:00:00Z")
    var file = PlanFile(
      asOf: "2026-11-21T00:00:00Z", digest: "", pulled: 1, verdicts: [:], planned: 1,
      incomplete: [], guards: nil, canary: nil, leads: [lead])
    file.digest = PlanFile.digest(of: file.leads)
    return file
  }
}

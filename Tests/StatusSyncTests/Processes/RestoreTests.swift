import Foundation
import Leads
import Postgres
import StandIns
import TestDatabase
import Testing

@testable import Store

/// Fault test 18: the database is lost, and yesterday's dump is put back. Tonight's run finds what happened
/// since by reading: it loses nothing, sends nothing twice, and the reports of the nights that the
/// database forgot stay what they are.
@Suite struct RestoreTests {
  @Test func yesterdaysDumpLosesNothingAndDoublesNothing() async throws {
    try await ProcessHarness.with(leads: 300) { rig in
      let dump = FileManager.default.temporaryDirectory.appending(
        path: "status-sync-dump-\(UUID().uuidString)"
      ).path()
      defer { try? FileManager.default.removeItem(atPath: dump) }
      try Self.postgres("pg_dump", ["--dbname", rig.url, "--file", dump])
      // A lead whose base the dump does not have is a question afterwards, as it would be on a first night.
      let known = Set(
        try await rig.rows("select resman_lead_id from lead where base is not null").map {
          try $0["resman_lead_id"] as String
        })

      // The night that will be forgotten, and what people do after it.
      let night = try await rig.run()
      #expect(night.status == 3 && rig.writes > 10, "\(night.err)")
      let moved = try await Self.moveByStaff(rig, known)
      #expect(moved.count == 3)
      let before = try rig.latestFiles()
      rig.standIns.ledger.clear()

      try await TestDatabase.with { restored in
        try Self.postgres(
          "psql", ["--dbname", restored.url, "--file", dump, "--quiet", "--set", "ON_ERROR_STOP=1"])
        var after = ProcessHarness(
          world: rig.world, standIns: rig.standIns, url: restored.url, directory: rig.directory)
        after.environment = rig.environment
        after.environment["DATABASE_URL"] = restored.url
        let ended = try await after.run()
        #expect([0, 3].contains(ended.status), "\(ended.err)")
        // What had been repaired is found agreed; only what people moved since is sent.
        let sent = rig.standIns.ledger.reading.effects.filter { $0.cause != .edit }
        let told = sent.map { "\($0.cause) \($0.lead ?? "") \($0.from) \($0.to)" }
        #expect(Set(sent.compactMap(\.lead)) == moved, "\(told), \(moved)")
        #expect(sent.count == moved.count)
        try await after.converge(exempt: moved)
        for lead in moved {
          let base = try await after.rows("select base from lead where resman_lead_id = \(lead)")
          let status: String? = try base.first?["base"]
          #expect(status == rig.standIns.resman.lead(lead)?.status, "\(lead)")
        }
        // The forgotten night's own files are in its folder still, byte for byte.
        let folders = try FileManager.default.contentsOfDirectory(atPath: rig.directory)
        let kept = folders.contains { folder in
          let path = URL(fileURLWithPath: rig.directory).appending(path: "\(folder)/run.json")
          return FileManager.default.contents(atPath: path.path()) == before["run.json"]
        }
        #expect(kept, "\(folders)")
      }
    }
  }

  /// Staff moves three leads on that both systems agree about.
  private static func moveByStaff(
    _ rig: ProcessHarness, _ known: Set<String>
  ) async throws -> Set<String> {
    var moved: Set<String> = []
    for row in try await rig.rows(
      "select resman_lead_id, base from lead where base in ('contacted', 'new') order by 1")
    {
      let lead: String = try row["resman_lead_id"]
      let base: String = try row["base"]
      let domiq = rig.standIns.domiq.lead(resman: lead)
        .flatMap { StatusMapping.standard.canonical(domiq: $0.status) }
      guard moved.count < 3, known.contains(lead), rig.standIns.resman.lead(lead)?.status == base,
        domiq?.rawValue == base
      else { continue }
      let next = base == "new" ? "contacted" : "qualified"
      guard rig.standIns.edit(Edit(.resman, lead: lead, status: next)) else { continue }
      moved.insert(lead)
    }
    return moved
  }

  private static func postgres(_ program: String, _ arguments: [String]) throws {
    let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")
    let folder = try #require(
      versions.max { $0.compare($1, options: .numeric) == .orderedAscending })
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/lib/postgresql/\(folder)/bin/\(program)")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(program)")
  }
}

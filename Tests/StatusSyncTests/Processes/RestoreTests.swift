import Foundation
import Leads
import Postgres
import StandIns
import TestDatabase
import Testing

import Store

/// Fault test 18: the database is lost, and yesterday's dump is restored. The next run finds by reading what
/// happened since: it loses nothing, sends nothing twice, and leaves the reports of the lost nights
/// unchanged.
@Suite struct RestoreTests {
  @Test func yesterdaysDumpLosesNothingAndDoublesNothing() async throws {
    try await ProcessHarness.with(leads: 300) { harness in
      let dump = FileManager.default.temporaryDirectory.appending(
        path: "status-sync-dump-\(UUID().uuidString)"
      ).path()
      defer { try? FileManager.default.removeItem(atPath: dump) }
      try Self.postgres("pg_dump", ["--dbname", harness.url, "--file", dump])
      // A lead whose base is not in the dump becomes a question, as on a first night.
      let known = Set(
        try await harness.rows("select resman_lead_id from lead where base is not null").map {
          try $0["resman_lead_id"] as String
        })

      // The night that will be lost, and what people do after it.
      let night = try await harness.run()
      #expect(night.status == 3 && harness.writes > 10, "\(night.err)")
      let moved = try await Self.moveByStaff(harness, known)
      #expect(moved.count == 3)
      let before = try harness.latestFiles()
      harness.standIns.ledger.clear()

      try await TestDatabase.with { restored in
        try Self.postgres(
          "psql", ["--dbname", restored.url, "--file", dump, "--quiet", "--set", "ON_ERROR_STOP=1"])
        var after = ProcessHarness(
          world: harness.world, standIns: harness.standIns, url: restored.url,
          directory: harness.directory)
        after.environment = harness.environment
        after.environment["DATABASE_URL"] = restored.url
        let ended = try await after.run()
        #expect([0, 3].contains(ended.status), "\(ended.err)")
        // Leads that were repaired are found in agreement; only later moves by people are sent.
        let sent = harness.standIns.ledger.reading.effects.filter { $0.cause != .edit }
        let told = sent.map { "\($0.cause) \($0.lead ?? "") \($0.from) \($0.to)" }
        #expect(Set(sent.compactMap(\.lead)) == moved, "\(told), \(moved)")
        #expect(sent.count == moved.count)
        try await after.converge(exempt: moved)
        for lead in moved {
          let base = try await after.rows("select base from lead where resman_lead_id = \(lead)")
          let status: String? = try base.first?["base"]
          #expect(status == harness.standIns.resman.lead(lead)?.status, "\(lead)")
        }
        // The files of the lost night are still in its folder, byte for byte.
        let folders = try FileManager.default.contentsOfDirectory(atPath: harness.directory)
        let kept = folders.contains { folder in
          let path = URL(fileURLWithPath: harness.directory).appending(path: "\(folder)/run.json")
          return FileManager.default.contents(atPath: path.path()) == before["run.json"]
        }
        #expect(kept, "\(folders)")
      }
    }
  }

  /// Moves three leads, on which both systems agree, by staff.
  private static func moveByStaff(
    _ harness: ProcessHarness, _ known: Set<String>
  ) async throws -> Set<String> {
    var moved: Set<String> = []
    for row in try await harness.rows(
      "select resman_lead_id, base from lead where base in ('contacted', 'new') order by 1")
    {
      let lead: String = try row["resman_lead_id"]
      let base: String = try row["base"]
      let domiq = harness.standIns.domiq.lead(resman: lead)
        .flatMap { StatusMapping.standard.canonical(domiq: $0.status) }
      guard moved.count < 3, known.contains(lead),
        harness.standIns.resman.lead(lead)?.status == base,
        domiq?.rawValue == base
      else { continue }
      let next = base == "new" ? "contacted" : "qualified"
      guard harness.standIns.edit(Edit(.resman, lead: lead, status: next)) else { continue }
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
    // Without this machine's `PGCLIENTENCODING` and the like.
    process.environment = ["PATH": "/usr/bin:/bin"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(program)")
  }
}

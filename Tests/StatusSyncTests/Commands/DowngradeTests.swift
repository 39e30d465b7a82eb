import Postgres
import TestDatabase
import Testing

import Store

/// A database that a newer program migrated: an older one says so, and touches neither it nor the two systems.
@Suite struct DowngradeTests {
  @Test func anOlderProgramSaysSoAndStops() async throws {
    try await ProcessHarness.with(leads: 120) { rig in
      let connection = try await rig.connect()
      try await connection.script(
        """
        insert into schema_migration (version, name, checksum) values (999, '999_later', 'x');
        create table later (id integer primary key)
        """)
      await connection.close()
      let before = try await rig.number("select count(*) as value from sync_run")
      for command in [
        ["run"], ["plan"], ["migrate"], ["serve", "--port", "0"], ["deliver"], ["status"],
        ["review", "list"], ["key", "list"], ["report"], ["audit", "latest"],
      ] {
        let ended = await (try rig.start(command)).ended()
        #expect(ended.status == 78, "\(command): \(ended.status) \(ended.err)")
        let sentences = ended.err.split(separator: "\n").filter { $0.contains("999_later") }
        #expect(sentences.count == 1, "\(command): \(ended.err)")
        #expect(sentences.first?.contains("schema-ahead") == true, "\(ended.err)")
      }
      let doctor = await (try rig.start(["doctor"])).ended()
      #expect(doctor.status == 78 && doctor.out.contains("999_later"), "\(doctor.out)")
      #expect(rig.standIns.ledger.reading.effects.isEmpty && rig.writes == 0)
      #expect(try await rig.number("select count(*) as value from sync_run") == before)
    }
  }
}

import Foundation
import Leads
import StandIns
import Testing

import Nightly
import Reports
import Settings
import Store
import StatusSync
import Upstreams

/// Nights on systems that are only read (`resman.write`, `domiq.write`).
@Suite struct ReaderTests {
  private static func reader(_ fixture: NightlyFixture) -> Settings {
    var settings = fixture.settings
    settings.resman.write = .none
    settings.domiq.write = .none
    return settings
  }

  @Test func aReaderReportsEverythingAndWritesNothing() async throws {
    try await NightlyFixture.with { fixture in
      let nightly = try fixture.nightly(Self.reader(fixture))
      let first = try await nightly.run(full: true)
      let expected = Dictionary(
        uniqueKeysWithValues: fixture.world.expectedVerdicts.map { ($0.key.rawValue, $0.value) })
      #expect(first.summary.verdicts == expected.filter { $0.value > 0 })
      #expect(first.summary.planned > 0)
      #expect(first.summary.outcomes == ["not_written": first.summary.planned])
      #expect(fixture.standIns.ledger.applied.isEmpty)
      #expect(first.summary.guards.isEmpty)

      // The questions are those that a night without repairs asks: no change that was not written is one of them.
      let asked: Int = try await fixture.value(
        """
        select count(*) as value from review_item i
        join drift d on d.resman_lead_id = i.resman_lead_id where d.outcome = 'not_written'
        """)
      #expect(asked == 0)
      #expect(first.summary.review.new == first.summary.review.open)
      let intents: Int = try await fixture.value(
        "select count(*) as value from status_sync_log where attempts > 0 and run_id is not null")
      #expect(intents == 0)

      // The next night plans the same, asks nothing new, and says so without an exit status of its own.
      let second = try await nightly.run(full: true)
      #expect(second.summary.planned == first.summary.planned)
      #expect(second.summary.outcomes == first.summary.outcomes)
      #expect(second.summary.review.new == 0)
      #expect(second.summary.exitCode == 0)
      #expect(!second.summary.converged)
      #expect(second.summary.agreement?.after == second.summary.agreement?.before)
      #expect(fixture.standIns.ledger.applied.isEmpty)

      let listed = try String(
        contentsOfFile: second.report.directory + "/drift.csv", encoding: .utf8)
      #expect(
        listed.components(separatedBy: ",not_written,").count - 1 == second.summary.planned)
      #expect(listed.contains("Not written: resman.write is none."))
      #expect(listed.contains("Not written: domiq.write is none."))
      let page = try String(
        contentsOfFile: second.report.directory + "/summary.html", encoding: .utf8)
      #expect(page.contains("only reported, because the system is not written to"))
      #expect(RunText.summary(second).contains("\(second.summary.planned) not_written"))

      let connection = try await fixture.database.connect()
      let audit = try await Certificate(connection, reports: fixture.settings.reports.directory)
        .verify(second.summary.runID)
      await connection.close()
      #expect(audit.agrees, "\(audit.checks.filter { !$0.ok })")
    }
  }

  /// No caller reaches a system that is only read, whatever it was told to send.
  @Test func whoeverSendsIsRefusedBeforeAnythingLeaves() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let parts = try fixture.nightly(Self.reader(fixture)).parts
      let lead = fixture.world.domiq[0]
      let change = StatusChange(
        intentID: UUID(), leadID: lead.resmanLeadID ?? "", propertyID: lead.propertyID,
        conversationID: lead.conversationID, old: nil, new: .contacted, reason: "", notify: false,
        occurredAt: nil)
      let until = parts.clock.elapsed() + .seconds(600)
      #expect(
        await parts.resman.update(change, etag: nil, until: until)
          == .refused(status: 403, reasons: "resman.write is none"))
      #expect(
        await parts.domiq.send(change, until: until)
          == .refused(status: 403, reasons: "domiq.write is none"))
      #expect(fixture.standIns.ledger.reading.arrivals.isEmpty)
      // What is read goes through.
      let list = try await parts.resman.properties()
      #expect(list.properties.count == 8)
    }
  }

  @Test func oneSystemMayBeWrittenWithoutTheOther() async throws {
    try await NightlyFixture.with { fixture in
      var settings = fixture.settings
      settings.domiq.write = .none
      let night = try await fixture.nightly(settings).run(full: true)
      let pulls: Int = try await fixture.value(
        """
        select count(*) as value from drift
        where action = 'pull' and outcome = 'not_written' and run_id = \(night.summary.runID)
        """)
      let others: Int = try await fixture.value(
        """
        select count(*) as value from drift
        where (action = 'pull') <> (outcome is not distinct from 'not_written')
          and run_id = \(night.summary.runID)
        """)
      #expect(pulls > 0 && others == 0)
      #expect(
        night.summary.outcomes
          == ["not_written": pulls, "verified": night.summary.planned - pulls])
      #expect(fixture.standIns.ledger.applied.allSatisfy { $0.system == .resman })
      #expect(!fixture.standIns.ledger.applied.isEmpty)
    }
  }

  /// A plan that was saved while both systems could be written is not carried out by a reader, and the plan of a
  /// reader is carried out by nobody.
  @Test func aSavedPlanDoesNotMakeAReaderWrite() async throws {
    try await NightlyFixture.with { fixture in
      let writing = try await fixture.nightly().plan(full: true)
      let reading = try await fixture.nightly(Self.reader(fixture)).plan(full: true)
      #expect(reading.planned == writing.planned && reading.digest != writing.digest)
      #expect(reading.leads.count { $0.outcome == .notWritten } == reading.planned)
      let applied = try await fixture.nightly(Self.reader(fixture))
        .apply(try PlanFile.load(try writing.data()))
      #expect(applied.summary.outcomes == ["not_written": writing.planned])
      let still = try await fixture.nightly().apply(try PlanFile.load(try reading.data()))
      #expect(still.summary.outcomes == ["not_written": writing.planned])
      #expect(fixture.standIns.ledger.applied.isEmpty)

      // Without the outcome the file is another one than was saved.
      var changed = reading
      changed.leads = changed.leads.map { lead in
        var lead = lead
        if lead.outcome == .notWritten { lead.outcome = nil }
        return lead
      }
      #expect(throws: PlanFileError.self) { try PlanFile.load(try changed.data()) }
    }
  }
}

import Foundation
import Leads
@testable import StandIns  // uses `DomIQLead.init`, internal
import Testing

import Nightly
import Settings
import Store
import VendorStandIns

/// ResMan's partner interface beside DomIQ's status API, which can say that a lead is lost.
@Suite struct VendorLossTests {
  private static let leads = [
    "PR-0": Status.new, "PR-1": .contacted, "PR-14": .new, "PR-15": .contacted,
  ]

  private static func with(
    _ body: @Sendable (VendorFixture, StandIns, Settings) async throws -> Void
  ) async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      let chats = Self.leads.map { id, status in
        DomIQLead(
          conversationID: UUID(), resmanLeadID: id,
          propertyID: fixture.world.cards.first { $0.id == id }?.propertyID ?? UUID(),
          status: StatusMapping.standard.domiq(status),
          updatedAt: ProcessClock.start.microseconds - 86_400_000_000,
          createdAt: ProcessClock.start.microseconds - 2 * 86_400_000_000, name: "Ada Sample",
          email: "\(id.lowercased())@example.com", phone: nil, leadScore: 75, messageCount: 4,
          conversationDuration: 5, tourDatetime: nil, incomeVerification: false, notes: LeadNotes())
      }
      let properties = fixture.world.properties
      let clock = fixture.clock
      let domiq = try await StandIns.start(
        world: World(now: ProcessClock.start, properties: properties, domiq: chats),
        clock: { clock.now().microseconds })
      var settings = fixture.writing()
      settings.domiqKind = .statusAPI
      settings.database = nil
      settings.domiq = SystemSettings(
        url: domiq.domiqURL, token: Secret(domiq.credentials.domiqToken),
        webhookSecret: Secret(domiq.credentials.webhookSecret), requestsPerSecond: 100_000,
        timeoutSeconds: 300)
      settings.mapping = try StatusMapping.kinds(
        resman: .partner, domiq: .statusAPI, lenses: settings.lenses)
      settings.partner?.lostReasons = ["price": "REASON-4"]
      let result: Result<Void, any Error>
      do { result = .success(try await body(fixture, domiq, settings)) } catch {
        result = .failure(error)
      }
      await domiq.stop()
      try result.get()
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  /// The chatbot loses a lead, for a reason.
  private static func lose(
    _ id: String, because reason: String?, _ domiq: StandIns, at now: Instant
  ) throws {
    var lead = try #require(domiq.domiq.lead(resman: id))
    lead.status = StatusMapping.standard.domiq(.lost)
    lead.notes?.lostReason = reason
    lead.updatedAt = now.microseconds
    domiq.domiq.put(lead)
  }

  /// Losses of DomIQ become events with ResMan's own reasons, a loss without one is a person's, and a loss by staff is
  /// DomIQ's too; the nights after it find nothing.
  @Test func aNightWritesLosses() async throws {
    try await Self.with { fixture, domiq, settings in
      let first = try await fixture.nightly(settings).run(full: true)
      #expect(first.summary.verdicts["baseline"] == 4)
      try Self.lose("PR-0", because: "Price", domiq, at: fixture.clock.now())
      try Self.lose("PR-1", because: "Moved away", domiq, at: fixture.clock.now())
      try Self.lose("PR-14", because: "PRICE", domiq, at: fixture.clock.now())
      let now = fixture.clock.now()
      fixture.resman.edit("PR-15") { card in
        card.status = "Lost"
        card.lostDate = now.iso8601
        card.events.append(.init("Cancel", now.iso8601, reasons: "Prospect Lost: Price"))
        card.modified = now.microseconds
      }
      // One of the answers is lost: a comment proves what became of it.
      fixture.resman.faults.lostAnswers = 1
      let night = try await fixture.nightly(settings).run(full: false)
      #expect(
        try await fixture.drift(night.summary.runID) == [
          "PR-0 domiq_ahead push lost verified", "PR-1 domiq_ahead review",
          "PR-14 domiq_ahead push lost verified", "PR-15 resman_moved pull lost verified",
        ])
      let reason: String = try await fixture.database.value(
        "select reason as value from review_item where resman_lead_id = 'PR-1'")
      #expect(reason.contains("No reason of ResMan is mapped for this loss"), "\(reason)")
      #expect(domiq.domiq.lead(resman: "PR-15")?.status == StatusMapping.standard.domiq(.lost))

      // A reason for every other loss: the next night writes it, and the question is closed.
      var all = settings
      all.partner?.lostReasons["default"] = "REASON-3"
      let next = try await fixture.nightly(all).run(full: true)
      #expect(
        try await fixture.drift(next.summary.runID, of: "PR-1") == [
          "PR-1 domiq_ahead push lost verified"
        ])
      let open: Int = try await fixture.database.value(
        """
        select count(*) as value from review_item where state = 'open' and resman_lead_id = 'PR-1'
        """)
      #expect(open == 0)
      for (lead, reason) in [("PR-0", "Price"), ("PR-14", "Price"), ("PR-1", "Other")] {
        let card = try #require(fixture.resman.card(lead))
        #expect(card.status == "Lost" && card.lostReason == reason && card.types == ["lost"])
        #expect(card.events.count { $0.type == "Cancel" } == 1)
      }
      #expect(fixture.resman.ledger.written.count == 3)
      for full in [true, false] {
        let silent = try await fixture.nightly(all).run(full: full)
        #expect(silent.summary.planned == 0 && silent.summary.logged == 0)
        #expect(silent.summary.review.new == 0 && silent.summary.exitCode == 0)
      }
      #expect(try await fixture.logged("PR-1") == ["contacted lost to_resman acknowledged"])
      #expect(try await fixture.logged("PR-15").last == "contacted lost from_resman acknowledged")
    }
  }
}

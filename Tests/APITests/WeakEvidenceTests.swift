import Foundation
import Leads
import StandIns
import Testing

import Changes

/// Weak evidence in the live service: timestamps from the future, weak tags, answers about another lead.
@Suite struct WeakEvidenceTests {
  private static let future = "2206-11-20T10:00:00Z"

  /// A webhook from the future is applied; it does not supersede the later webhook of staff, and the night
  /// does not undo that correction.
  @Test func aLaterWebhookNeedNotBeatTheFuture() async throws {
    try await APIFixture.with { fixture in
      let first = try await fixture.webhook("L-1", "contacted", "qualified", at: Self.future)
      #expect(first.json["outcome"] == .string("applied"))
      let kept: String = try await fixture.value(
        """
        select resman_version as value from status_sync_log
        where resman_lead_id = 'L-1' and new_status = 'qualified'
        """
      )
      #expect(kept == Self.future)
      // ResMan no longer has it: staff corrected it before anybody read it.
      let second = try await fixture.webhook(
        "L-1", "qualified", "contacted", at: fixture.clock.now().iso8601)
      #expect(second.status == 200)
      #expect(second.json["outcome"] == .string("applied"))
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.planned == 0)
      #expect(fixture.standIns.resman.lead("L-1")?.status == "contacted")
      #expect(fixture.standIns.ledger.arrivals(.resman, .status).isEmpty)
    }
  }

  /// The same where the night is the first to see the correction.
  @Test func aNightDoesNotUndoACorrectionForAFutureTimestamp() async throws {
    try await APIFixture.with { fixture in
      _ = try await fixture.webhook("L-1", "contacted", "qualified", at: Self.future)
      fixture.standIns.edit(Edit(.domiq, lead: "L-1", status: "qualified"))
      fixture.standIns.edit(Edit(.resman, lead: "L-1", status: "lost"))
      _ = try await fixture.nightly().run(full: true)
      #expect(fixture.standIns.resman.lead("L-1")?.status == "lost")
      #expect(fixture.standIns.ledger.arrivals(.resman, .status).isEmpty)
    }
  }

  /// In any order: a webhook from the future yields to one whose timestamp proves something.
  @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  func anyOrderEndsInOneState(_ order: [Int]) async throws {
    try await APIFixture.with { fixture in
      let set: [(new: String, at: String)] = [
        ("qualified", "2026-11-20T10:00:00Z"), ("lost", Self.future),
        ("tour_scheduled", "2206-11-21T10:00:00Z"),
      ]
      for index in order {
        let answer = try await fixture.webhook(
          "L-1", "contacted", set[index].new, at: set[index].at)
        #expect(answer.status == 200)
      }
      let base: String = try await fixture.value(
        "select base as value from lead where resman_lead_id = 'L-1'")
      #expect(base == "qualified")
    }
  }

  /// `If-Match` uses strong comparison, so a weak tag would make every change fail.
  @Test func aWeakTagDoesNotFailAChangeByDay() async throws {
    var making = APIFixture.Making()
    making.capabilities = Capabilities(weakETag: true)
    try await APIFixture.with(making) { fixture in
      let answer = try await fixture.put("L-1", "qualified")
      #expect(answer.status == 200)
      #expect(fixture.standIns.resman.lead("L-1")?.status == "qualified")
    }
  }

  /// A lead that was merged in ResMan, or a conversation that now belongs to another lead: nothing is
  /// written.
  @Test func anotherLeadIsNotFound() async throws {
    try await APIFixture.with { fixture in
      guard var merged = fixture.standIns.domiq.lead(resman: "L-1") else {
        Issue.record("no conversation")
        return
      }
      merged.resmanLeadID = "L-2"
      fixture.standIns.domiq.put(merged)
      let answer = try await fixture.put("L-1", "qualified")
      #expect(answer.status == 200)
      let shown: String = try await fixture.value(
        """
        select concat_ws('|', c.status, count(x.*)) as value
        from conversation c left join conversation_context x on x.conversation_id = c.id
        where c.resman_lead_id = 'L-1' group by c.status
        """)
      #expect(shown == "engaged|0")
    }
  }

  /// DomIQ gives the conversation of L-1 to L-2. A night sees it, or the table is DomIQ's own and names L-2 by itself: what
  /// ResMan reports of L-1 is not shown in the conversation of L-2.
  @Test(arguments: [true, false], [true, false])
  func aConversationThatWasLinkedAnewShowsItsLeadAlone(
    _ isSeenByNight: Bool, isPoll: Bool
  ) async throws {
    try await APIFixture.with { fixture in
      var merged = try #require(fixture.standIns.domiq.lead(resman: "L-1"))
      merged.resmanLeadID = "L-2"
      merged.updatedAt = fixture.clock.now().microseconds
      fixture.standIns.domiq.put(merged)
      let chat = merged.conversationID
      if isSeenByNight {
        let night = try await fixture.nightly().run(full: true)
        #expect(night.summary.planned == 0)
      } else {
        try await fixture.execute(
          "update conversation set resman_lead_id = 'L-2' where id = \(chat)")
      }
      let received = try await fixture.live.webhooks.receive(
        StatusWebhook(
          lead_id: "L-1", old_status: .contacted, new_status: .lost,
          updated_by: Author.resmanUser.rawValue, updated_at: WebhookTests.later),
        id: isPoll ? "\(WebhookReceiver.pollPrefix)L-1" : "m-1")
      #expect(received.outcome == .applied)
      let shown: String = try await fixture.value(
        """
        select concat_ws('|', c.resman_lead_id, c.status,
          (select count(*) from conversation_context),
          (select coalesce(g.conversation_id::text, 'none') from status_sync_log g
            where g.resman_lead_id = 'L-1' and g.new_status = 'lost')) as value
        from conversation c where c.id = \(chat)
        """)
      #expect(shown == "L-2|engaged|0|none")
      guard isSeenByNight else { return }
      let kept: String = try await fixture.value(
        """
        select concat_ws('|', coalesce(l.conversation_id::text, 'none'),
          coalesce(l.domiq_raw, 'none'), m.conversation_id = \(chat)) as value
        from lead l, lead m where l.resman_lead_id = 'L-1' and m.resman_lead_id = 'L-2'
        """)
      #expect(kept == "none|none|t")
    }
  }
}

import Foundation
import Leads
import Postgres
import StandIns
import TestDatabase
import Testing

import Demo
import Nightly
import Settings
import Store
@testable import Upstreams  // uses `MITSAnswer` and `ProspectParser`, internal
import VendorStandIns

/// One odd record of the vendors' interfaces costs itself only, and nobody gets what is another person's.
@Suite struct OddRecordTests {
  // MARK: - ResMan's cards

  /// Nobody knows whose a card without a ProspectID is: the others of its property are read, and no absence is claimed.
  @Test func aCardWithoutItsIDIsLeftOut() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      fixture.resman.faults.nameless = ["PR-4"]
      let night = try await fixture.nightly().run(full: true)
      let found = try await fixture.verdicts(night.summary.runID)
      #expect(found["PR-4"] == .unread)
      for (lead, verdict) in fixture.world.expected where verdict != .resmanOnly && lead != "PR-4" {
        #expect(found[lead] == verdict, "\(lead)")
      }
      let property = try #require(fixture.world.cards.first { $0.id == "PR-4" }?.propertyID)
      let gaps = try #require(night.summary.pull?.incomplete)
      #expect(gaps.map(\.propertyID) == [property])
      // The card that v2 shows without events, and the one of v1, which may be another's.
      #expect(gaps.first?.reason == "13 distinct ids of 15 announced")
    }
  }

  /// Half a surrogate pair in a note of the communication log, or elsewhere, is U+FFFD; an escaped backslash is none.
  @Test func halfASurrogatePairCostsNoProspect() throws {
    let answer = #"""
      {"prospects":[
      {"prospectId":"PR-1","status":"Prospect","communicationLog":[
      {"interactionType":"CallToProspect","note":"\ud83d"},{"note":"\ud83d\u0041 \udc00 \\\ud83d"}]},
      {"prospectId":"PR-2","status":"a\\ud83d \ud83d\ude00\ud83dz"},
      {"prospectId":"PR-3","status":"Prospect"}]}
      """#
    let parser = try #require(ProspectParser())
    let prospects = try parser.parse(Array(answer.utf8))
    #expect(prospects.map(\.id) == ["PR-1", "PR-2", "PR-3"])
    #expect(prospects.allSatisfy { $0.problem == 0 })
    #expect(prospects[0].isContacted)
    #expect(prospects[1].status == "a\\ud83d \u{1F600}\u{FFFD}z")
    // What is no JSON for another reason stays refused.
    #expect(throws: PageFault.self) {
      try parser.parse(Array(#"{"prospects":[{"prospectId":"\ud83d\x"}]}"#.utf8))
    }
  }

  /// A text with a character that XML forbids costs nothing but writes of its card: its texts may differ.
  @Test(arguments: ["a\u{1F}b", "&#x1F;"])
  func aForbiddenCharacterCostsNoReading(_ text: String) async throws {
    let document = """
      <ResMan><Status>Success</Status><Response><LeadManagement><Prospects><Prospect><Customers>\
      <Customer Type="prospect"><Identification IDType="ProspectID" IDValue="PR-1"/></Customer>\
      </Customers><Events><Event EventType="Note" EventDate=""><Comments>\(text)</Comments></Event>\
      </Events></Prospect></Prospects></LeadManagement></Response></ResMan>
      """
    let answer = try MITSAnswer(Array(document.utf8))
    #expect(answer.prospects.map(\.id) == ["PR-1"])
    #expect(answer.prospects.map(\.isCleaned) == [true])
    try await VendorFixture.with(leads: 14) { fixture in
      fixture.resman.edit("PR-0") { card in
        card.events.append(.init("Note", "2025-11-01T00:00:00Z", comments: "a\u{1F}b"))
      }
      let night = try await fixture.nightly().run(full: true)
      #expect(night.summary.pull?.incomplete.isEmpty == true)
      #expect(try await fixture.verdicts(night.summary.runID)["PR-0"] == .baseline)
      let answer = try await Self.contact("PR-0", fixture)
      #expect(answer == .conditions("v1 shows the prospect with characters that XML forbids"))
      #expect(fixture.resman.ledger.written == [])
    }
  }

  /// Name and id that are written are the main person's own: without a Type or the id nothing is written, whatever the
  /// other people of the card have.
  @Test(arguments: [false, true])
  func nobodyGetsTheNameOfAnother(_ lacksType: Bool) async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      fixture.resman.edit("PR-0") { card in
        card.types = ["prospect", "prospect"]
        card.hasType = !lacksType
        card.hasPersonID = lacksType
      }
      let before = try #require(fixture.resman.card("PR-0"))
      let answer = try await Self.contact("PR-0", fixture)
      #expect(
        answer == .conditions("v1 shows the prospect without an id, a person or a Type"))
      #expect(fixture.resman.card("PR-0") == before)
      #expect(fixture.resman.ledger.written == [])
      #expect(fixture.resman.ledger.violations == [])
      // What a person without a Type is, nobody knows.
      let night = try await fixture.nightly().run(full: true)
      let verdict = try await fixture.verdicts(night.summary.runID)["PR-0"]
      #expect(verdict == (lacksType ? .unmapped : .baseline))
    }
  }

  /// The first person is the main one, also without a Type or an id.
  @Test func theFirstPersonIsTheMainOne() throws {
    let document = """
      <ResMan><Status>Success</Status><Response><LeadManagement><Prospects><Prospect><Customers>\
      <Customer><Identification IDType="ProspectID" IDValue=""/><Name><FirstName>Ada</FirstName></Name>\
      </Customer><Customer Type="prospect"><Identification IDType="ProspectID" IDValue="PR-1"/>\
      <Identification IDType="PersonID" IDValue="PE-2"/><Name><FirstName>Bo</FirstName></Name>\
      </Customer></Customers></Prospect></Prospects></LeadManagement></Response></ResMan>
      """
    let prospect = try #require(try MITSAnswer(Array(document.utf8)).prospects.first)
    #expect(prospect.id == "PR-1" && prospect.types == ["", "prospect"])
    #expect(prospect.person.id == nil)
    #expect(prospect.person.name == [MITSAnswer.NamePart(element: "FirstName", text: "Ada")])
  }

  /// An event for a contact of DomIQ's.
  private static func contact(
    _ lead: String, _ fixture: VendorFixture
  ) async throws -> WriteAnswer {
    let card = try #require(fixture.resman.card(lead))
    var change = StatusChange(
      intentID: UUID(), leadID: lead, propertyID: card.propertyID, conversationID: nil, old: nil,
      new: .contacted, reason: "", notify: false, occurredAt: nil)
    change.event = .contact(at: ProcessClock.start)
    return await fixture.partner(isWritten: true).update(
      change, etag: nil, until: .seconds(1e9))
  }

  /// A prospect may be missing; a property that v2 does not know is a failure, never one without prospects.
  @Test func aPropertyThatIsNotThereIsAFailure() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let card = try #require(fixture.resman.card("PR-0"))
      let partner = fixture.partner()
      fixture.resman.faults.unknownProperties = [card.propertyID]
      let failures = [
        await Self.failure {
          try await partner.page(
            property: card.propertyID, updatedSince: nil, cursor: nil, limit: 0)
        },
        await Self.failure { try await partner.contacts(at: card.propertyID) },
      ]
      #expect(failures == [.status(404), .status(404)])
      guard case .missing = await partner.read("PR-none", at: card.propertyID) else {
        Issue.record("found")
        return
      }
    }
  }

  private static func failure<T>(_ call: () async throws -> T) async -> CallFailure.Kind? {
    do {
      _ = try await call()
      return nil
    } catch { return (error as? CallFailure)?.kind }
  }

  // MARK: - DomIQ's conversations

  /// A time that is infinite is none: the conversation is read, and its status can be set.
  @Test func anInfiniteTimeIsNone() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      for (lead, time) in [("PR-0", "infinity"), ("PR-4", "-infinity")] {
        try await fixture.domiq.change(
          """
          update conversation
          set updated_at = \(time)::timestamptz, tour_datetime = \(time)::timestamp
          where resman_lead_id = \(lead)
          """)
        try await fixture.domiq.change(
          """
          insert into message (conversation_id, sender_type, created_at)
          select id, 'bot', \(time)::timestamptz from conversation where resman_lead_id = \(lead)
          """)
      }
      let settings = fixture.writing()
      let database = DomIQDatabase(
        url: fixture.domiq.writerURL, company: DomIQStandIn.company, properties: [:],
        mapping: settings.mapping, clock: fixture.clock, deadlineSeconds: 600)
      let page = try await database.page(
        property: fixture.world.properties[0].id, updatedSince: nil, cursor: nil, limit: 0)
      struct Page: Decodable {
        struct Lead: Decodable {
          var resman_lead_id: String
          var status: String
          var updated_at: String?
          var tour_datetime: String?
        }
        var leads: [Lead]
      }
      let leads = try JSON.decode(page, as: Page.self).leads
      #expect(leads.map(\.resman_lead_id).sorted() == ["PR-0", "PR-12", "PR-4", "PR-8"])
      for lead in leads {
        let isOdd = ["PR-0", "PR-4"].contains(lead.resman_lead_id)
        #expect((lead.updated_at == nil) == isOdd, "\(lead)")
        #expect(lead.tour_datetime == nil || !isOdd, "\(lead)")
      }
      // The greeting is the first message that has a time.
      #expect(leads.first { $0.resman_lead_id == "PR-0" }?.status == "active")
      #expect(leads.first { $0.resman_lead_id == "PR-4" }?.status == "active, answered")
      let chat: UUID = try await fixture.domiq.value(
        "select id as value from conversation where resman_lead_id = 'PR-0'")
      guard case .found(let snapshot) = await database.read(chat, of: "PR-0") else {
        Issue.record("not found")
        return
      }
      #expect(snapshot.version == nil)
      var change = StatusChange(
        intentID: UUID(), leadID: "PR-0", propertyID: nil, conversationID: chat, old: nil,
        new: .contacted, reason: "", notify: false, occurredAt: nil)
      change.basis = snapshot.etag
      let answer = await database.send(change, until: .seconds(1e9))
      #expect(
        answer
          == .acknowledged(version: nil, etag: nil, notificationsSent: 0, workflowActions: []))
    }
  }
}

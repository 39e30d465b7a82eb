import Foundation
import Leads
import Postgres
import StandIns
import TestDatabase
import Testing

import Demo
import Nightly
import Store
@testable import Upstreams  // uses `MITSAnswer`, internal
import VendorStandIns

/// What the clients of the vendors' interfaces read, and how they fail.
@Suite struct VendorReadTests {
  // MARK: - v1

  @Test func theDocumentOfTheSpecificationIsRead() throws {
    let text = """
      <?xml version="1.0"?><ResMan><MethodName>MITS/SearchProspects</MethodName>
      <Status> Success </Status><ErrorDescription/><Response>
      <LeadManagement><Prospects><Prospect><Customers><Customer Type="lost">
      <Identification IDType="ProspectID" IDValue="PR-1" OrganizationName="ResMan"/>\
      <Identification IDType="PersonID" IDValue="PE-1" OrganizationName="ResMan"/>
      <Name><FirstName>Ada</FirstName><LastName>Sample</LastName></Name></Customer>\
      <Customer Type="prospect"><Identification IDType="ProspectID" IDValue="PR-9"/></Customer></Customers>
      <Events><Event EventType="WalkIn" EventDate="2026-11-01T00:00:00"><FirstContact>True</FirstContact></Event>
      <Event EventType="Cancel" EventDate="2026-11-09T15:04:05+00:00">\
      <EventReasons>Prospect Lost: Price</EventReasons></Event></Events></Prospect></Prospects>\
      </LeadManagement></Response></ResMan>
      """
    let answer = try MITSAnswer(Array(text.utf8))
    #expect(answer.status == "Success" && answer.error == "")
    #expect(
      answer.prospects == [
        MITSAnswer.Prospect(
          id: "PR-1", types: ["lost", "prospect"],
          person: MITSAnswer.Person(
            id: "PE-1",
            name: [
              MITSAnswer.NamePart(element: "FirstName", text: "Ada"),
              MITSAnswer.NamePart(element: "LastName", text: "Sample"),
            ]),
          events: [
            MITSAnswer.Event(type: "WalkIn", date: "2026-11-01T00:00:00"),
            MITSAnswer.Event(
              type: "Cancel", date: "2026-11-09T15:04:05+00:00", reasons: "Prospect Lost: Price"),
          ])
      ])
  }

  @Test(arguments: [
    "<ResMan><Status>Success</Status><Response><LeadManagement><Prospects/></LeadManagement></Response></ResMan>",
    "<ResMan><Status>Success</Status><Response/></ResMan>",
  ])
  func noProspectsAreNone(_ text: String) throws {
    #expect(try MITSAnswer(Array(text.utf8)).prospects.isEmpty)
  }

  @Test(arguments: ["", "<html/>", "<ResMan><Status>Success</Status>", "{}"])
  func whatIsNoAnswerIsRefused(_ text: String) {
    #expect(throws: (any Error).self) { try MITSAnswer(Array(text.utf8)) }
  }

  @Test func aStatusInAnotherPlaceIsNotTheAnswers() throws {
    let text = """
      <ResMan><Status>Failed</Status><ErrorDescription>x</ErrorDescription><Response>\
      <Status>Success</Status></Response></ResMan>
      """
    #expect(try MITSAnswer(Array(text.utf8)).status == "Failed")
  }

  // MARK: - Both together

  /// The page is one of the status API: every card of the property, with the evidence as its status.
  @Test func aPropertyIsOnePage() async throws {
    try await VendorFixture.with(leads: 56) { fixture in
      let property = fixture.world.properties[0].id
      let page = try await fixture.partner().page(
        property: property, updatedSince: nil, cursor: nil, limit: 0)
      struct Page: Decodable {
        struct Lead: Decodable {
          var resman_lead_id: String
          var status: String
          var updated_at: String
          var email: String?
          var lost_reason: String?
        }
        var leads: [Lead]
        var total_count: Int
      }
      let read = try JSON.decode(page, as: Page.self)
      let cards = fixture.world.cards.filter { $0.propertyID == property }
      #expect(read.total_count == cards.count)
      #expect(read.leads.map(\.resman_lead_id).sorted() == cards.map(\.id).sorted())
      for lead in read.leads {
        let card = try #require(cards.first { $0.id == lead.resman_lead_id })
        #expect(
          Instant(iso8601: lead.updated_at)?.microseconds == card.modified / 1_000_000 * 1_000_000)
        #expect(lead.email == "x")
        #expect(lead.lost_reason == (card.status == "Lost" ? "Price" : nil))
      }
    }
  }

  /// A card that v1 shows and v2 does not, because an event did not change `lastModified`, is asked for alone.
  @Test func aCardOfOneAnswerIsAskedForAlone() async throws {
    try await VendorFixture.with(leads: 28) { fixture in
      let card = fixture.world.cards[0]
      let found = await fixture.partner().read(card.id, at: card.propertyID)
      guard case .found(let snapshot) = found else {
        Issue.record("\(found)")
        return
      }
      #expect(snapshot.resmanLeadID == card.id && snapshot.propertyID == card.propertyID)
      #expect(snapshot.raw == "Prospect")
      let other = fixture.world.properties[1].id
      for (id, property) in [("PR-none", card.propertyID), (card.id, other)] {
        guard case .missing = await fixture.partner().read(id, at: property) else {
          Issue.record("\(id) was found")
          continue
        }
      }
    }
  }

  @Test func wrongCredentialsAreSaidWithoutThem() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let wrong = PartnerClient(
        UpstreamSettings(url: fixture.resman.url, token: "", timeoutSeconds: 300),
        eventsURL: fixture.resman.url,
        account: PartnerAccount(accountID: "1234", partnerID: "p-1", key: "wr0ng"),
        client: fixture.client, clock: fixture.clock)
      do {
        _ = try await wrong.properties()
        Issue.record("accepted")
      } catch {
        #expect((error as? CallFailure)?.kind == .unauthorized)
        #expect(!"\(error)".contains("wr0ng"))
      }
      #expect(fixture.resman.ledger.violations == [])
    }
  }

  // MARK: - DomIQ's database

  private static func database(
    _ fixture: VendorFixture, company: String = DomIQStandIn.company,
    properties: [String: UUID] = [:]
  ) -> DomIQDatabase {
    DomIQDatabase(
      url: fixture.domiq.readerURL, company: company, properties: properties,
      mapping: fixture.settings.mapping, clock: fixture.clock, deadlineSeconds: 600)
  }

  private static func failure<T>(_ call: () async throws -> T) async -> String {
    do {
      _ = try await call()
      return ""
    } catch { return "\(error)" }
  }

  @Test func theDatabaseFailsInOneSentence() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let property = fixture.world.properties[0].id
      func page(_ database: DomIQDatabase, _ id: UUID = property) async -> String {
        await Self.failure {
          try await database.page(property: id, updatedSince: nil, cursor: nil, limit: 0)
        }
      }
      #expect(await page(Self.database(fixture)) == "")
      // Row-level security hides what is there: never an empty truth.
      let other = Self.database(fixture, company: UUID().uuidString)
      #expect(await page(other).contains("shows no property of the company"))
      let unknown = UUID()
      #expect(
        await page(Self.database(fixture), unknown).contains(
          "has no property \(unknown.uuidString.lowercased()); map it in domiq.properties"))
      // A property with another id in ResMan.
      let mapped = Self.database(
        fixture, properties: [property.uuidString.lowercased(): unknown])
      #expect(await page(mapped, unknown) == "")
      try await fixture.domiq.change("revoke select on message from domiq_reader")
      #expect(await page(Self.database(fixture)).contains("may not read a table"))
      try await fixture.domiq.change("grant select on message to domiq_reader")
      try await fixture.domiq.change("alter table message rename column sender_type to author")
      #expect(
        await page(Self.database(fixture)).contains("has no column message.sender_type"))
    }
  }

  /// The role that is used may not write, and the snapshot would not either.
  @Test func theDatabaseIsOnlyRead() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let connection = try await PostgresConnection(
        PostgresConfiguration(url: fixture.domiq.readerURL))
      await #expect(throws: PostgresError.self) {
        try await connection.execute("update conversation set status = 'lost'")
      }
      await connection.close()
    }
  }

  /// NULL, an unlisted status and a flag beside the status are no status of their own.
  @Test func conversationsAreReadByTheirStatus() async throws {
    try await VendorFixture.with(leads: 14) { fixture in
      let property = fixture.world.properties[0].id
      try await fixture.domiq.change(
        "update conversation set status = null where resman_lead_id = 'PR-0'")
      try await fixture.domiq.change(
        "update conversation set status = 'Closed', is_book_tour = true where resman_lead_id = 'PR-4'"
      )
      try await fixture.domiq.change(
        "update conversation set status = 'completed' where resman_lead_id = 'PR-8'")
      let page = try await Self.database(fixture).page(
        property: property, updatedSince: nil, cursor: nil, limit: 0)
      struct Page: Decodable {
        struct Lead: Decodable {
          var resman_lead_id: String
          var status: String?
        }
        var leads: [Lead]
      }
      let read = Dictionary(
        uniqueKeysWithValues: try JSON.decode(page, as: Page.self).leads.map {
          ($0.resman_lead_id, $0.status)
        })
      let mapping = fixture.settings.mapping
      #expect(read["PR-0"] == .some(nil))
      #expect(read["PR-4"] == "Closed" && mapping.canonical(domiq: "Closed") == nil)
      #expect(read["PR-8"] == "completed, answered")
      #expect(mapping.canonical(domiq: "completed, answered") == .contacted)
      #expect(mapping.canonical(domiq: "completed") == .new)
    }
  }
}

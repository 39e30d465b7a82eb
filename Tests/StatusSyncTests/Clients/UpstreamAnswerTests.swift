import Foundation
import HTTP
import Leads
import Testing

@testable import Upstreams  // uses `acknowledgement`, internal

/// Answers other than pages: an invalid element affects only itself, null means absent, and 3.0 is 3.
@Suite struct UpstreamAnswerTests {
  private func answer(_ text: String) -> IncomingAnswer {
    IncomingAnswer(status: 200, headers: WebHeaders(), body: Array(text.utf8))
  }

  private static let elm = "00000000-0000-4000-8000-000000000001"

  @Test(arguments: [
    (#"{"property_id":null}"#, "is missing"), (#"{}"#, "is missing"),
    (#"{"property_id":""}"#, #""" is not a UUID"#),
    (#"{"property_id":17}"#, "property_id is not a text"),
    (#"{"property_id":"P-17\u001b[31m\u202e","name":"x"}"#, #""P-17[31m" is not a UUID"#),
    ("7", "is not an object"), ("null", "is not an object"),
  ])
  func aBadElementOfThePropertiesCostsItself(_ element: String, _ why: String) throws {
    let good = #"{"property_id":"\#(Self.elm)","name":"Elm \ud83d","timezone":null,"x":1e400}"#
    let list = try #require(PropertyList(answer(#"{"properties":[\#(element),\#(good)]}"#)))
    #expect(list.properties.map(\.id) == [UUID(uuidString: Self.elm)])
    #expect(list.faults.count { $0.contains(why) } == 1)
    #expect(list.faults.allSatisfy { $0.hasPrefix("element ") })
  }

  /// Its leads are read nevertheless.
  @Test func aNameThatIsNoTextIsNamed() throws {
    let list = try #require(
      PropertyList(answer(#"{"properties":[{"property_id":"\#(Self.elm)","name":5}]}"#)))
    #expect(list.properties.map(\.name) == [""])
    #expect(
      list.faults == ["element 1 of ResMan's list of properties (\(Self.elm)): name is not a text"])
  }

  @Test(arguments: ["[]", "{}", #"{"properties":{}}"#, #"{"properties":[NaN]}"#, ""])
  func anAnswerWithoutAListIsRefused(_ text: String) {
    #expect(PropertyList(answer(text)) == nil)
  }

  @Test(arguments: [
    // An entry that cannot be read may be the one that is looked for.
    (#"[7,{"status_reason":"mine"}]"#, "2", 1, false), (#"[{"status_reason":7}]"#, "1", 1, false),
    (#"[{"status_reason":"\ud83d"}]"#, "1", 1, false), (#"[{"context_data":7}]"#, "1", 1, false),
    (#"[{"context_data":{"intent_id":7}}]"#, "1", 1, false),
    (
      #"[{"old_status":null,"new_status":5,"status_reason":null,"context_data":null}]"#, "1.0", 1,
      true
    ),
    (#"[{"context_data":{"intent_id":null,"x":1e400}}]"#, "1", 1, true), ("[]", "0", 0, true),
    ("[]", "1", 0, false),
  ])
  func aHistoryThatCannotAllBeReadProvesNoAbsence(
    _ entries: String, _ total: String, _ count: Int, _ isComplete: Bool
  ) {
    let text = #"{"status_changes":\#(entries),"total_count":\#(total)}"#
    guard case .entries(let read, let complete) = ResManClient.history(in: answer(text)) else {
      Issue.record("not read")
      return
    }
    #expect(read.count == count)
    #expect(complete == isComplete)
  }

  @Test(arguments: [
    #"{"success":true}"#,
    #"{"success":true,"new_status":null,"updated_at":null,"notifications_sent":null,"workflow_actions_triggered":null}"#,
    #"{"success":true,"notifications_sent":0.0,"workflow_actions_triggered":[null]}"#,
  ])
  func nullsInAnAcknowledgementAreAbsent(_ text: String) {
    let change = StatusChange(
      intentID: UUID(), leadID: "L-1", propertyID: nil, conversationID: nil, old: .new,
      new: .contacted, reason: "", notify: false, occurredAt: nil)
    #expect(
      ResManClient.acknowledgement(answer(text), of: change)
        == .acknowledged(version: nil, etag: nil, notificationsSent: 0, workflowActions: []))
  }

  @Test func aSingleReadTakesAnyJSONWhereNobodyNeedsIt() throws {
    let snapshot = try #require(
      LeadRecord.snapshot(
        in: answer(
          #"""
          {"resman_lead_id":"L-1","status":"new","updated_at":null,"lead_score":69.99,
           "email":"a\ud83d@example.com","phone":null,"first_name":"Ann \ud83d","x":1e400,
           "y":12345678901234567890123,"message_count":3.0,"tour_datetime":""}
          """#)))
    #expect(snapshot.facts == LeadFacts(leadScore: 69.99, fields: [.email]))
    #expect(snapshot.details.messageCount == 3)
    #expect(snapshot.details.name == nil)
  }

  @Test func aSingleReadKeepsWhatItTellsBesideTheStatus() throws {
    let read = answer(
      #"{"status":"new","source":" Zillow ","agent_id":7,"agent_name":"Ann","tour_status":"No-Show","#
        + #""last_contact_at":"2026-12-01T00:00:00Z","first_contact_at":"2026-11-01T00:00:00Z"}"#)
    let told = LeadRecord.snapshot(in: read)?.description?.told
    #expect(
      told?.split(separator: "\u{1F}", omittingEmptySubsequences: false) == [
        "Zillow", "", "", "Ann", "no_show", "2026-12-01T00:00:00Z", "2026-11-01T00:00:00Z",
      ])
    let earlier = LeadRecord.snapshot(in: read, latest: Instant(iso8601: "2026-11-30T00:00:00Z"))
    #expect(
      earlier?.description?.told.hasSuffix("no_show\u{1F}\u{1F}2026-11-01T00:00:00Z") == true)
    #expect(LeadRecord.snapshot(in: answer(#"{"status":"new","source":7}"#))?.description == nil)
    #expect(LeadRecord.snapshot(in: answer(#"{"status":"new"}"#))?.description == nil)
  }

  @Test(arguments: [
    #""email":7"#, #""email":{}"#, #""phone":[]"#, #""email":true"#,
    #""income_verification":"yes""#,
  ])
  func aSingleReadWithAValueOfAnotherKindIsNotTheContract(_ field: String) {
    #expect(LeadRecord.snapshot(in: answer(#"{"status":"new",\#(field)}"#)) == nil)
  }
}

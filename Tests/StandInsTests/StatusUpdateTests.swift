import Foundation
import Leads
import Testing

import StandIns

@Suite struct StatusUpdateTests {
  @Test func aLegalChangeIsMadeAndMovesTheVersion() async throws {
    try await withStandIns { standIns async throws in
      let before = try await standIns.call(.resman, "GET", "/api/resman/leads/L-1")
      let answer = try await standIns.put("L-1", "qualified")
      #expect(answer.status == 200)
      #expect(
        answer.json
          == .object([
            "success": .bool(true), "new_status": .string("qualified"),
            "updated_at": .string("2026-03-02T12:00:00Z"), "notifications_sent": .integer(0),
            "workflow_actions_triggered": .array([]),
          ]))
      let again = try await standIns.put("L-1", "tour_scheduled", notify: true)
      #expect(again.json["updated_at"] == .string("2026-03-02T12:00:00.000001Z"))
      #expect(again.json["notifications_sent"] == .integer(1))
      let after = try await standIns.call(.resman, "GET", "/api/resman/leads/L-1")
      #expect(after.json["status"] == .string("tour_scheduled"))
      #expect(after.headers["etag"] == again.headers["etag"])
      #expect(after.headers["etag"] != before.headers["etag"])
    }
  }

  @Test(arguments: [
    ("contacted", 409), ("new", 409), ("application", 409), ("leased", 409), ("qualified", 200),
    ("tour_scheduled", 200), ("lost", 200),
  ])
  func transitionsAreRuled(status: String, expected: Int) async throws {
    try await withStandIns { standIns async throws in
      #expect(try await standIns.put("L-1", status).status == expected)
      let now = standIns.resman.lead("L-1")?.status
      #expect(now == (expected == 200 ? status : "contacted"))
    }
  }

  @Test func unmetConditionsAreNamed() async throws {
    try await withStandIns { standIns async throws in
      standIns.edit(Edit(.resman, lead: "L-1", leadScore: 69, phone: ""))
      let answer = try await standIns.put("L-1", "qualified")
      #expect(answer.status == 422)
      #expect(answer.headers["content-type"] == "application/problem+json")
      let unmet = Status.qualified.unmetConditions(
        LeadFacts(leadScore: 69, fields: [.email, .tourDatetime, .incomeVerification]))
      #expect(unmet.count == 2)
      #expect(answer.json["missing"] == .array(unmet.map { .string($0.description) }))
    }
  }

  @Test(arguments: [
    "", "[]", "{", #"{"new_status":"qualified"}"#, #"{"updated_by":"system"}"#,
    #"{"new_status":"Qualified","updated_by":"system"}"#,
    #"{"new_status":"qualified","updated_by":"me"}"#,
    #"{"new_status":"qualified","updated_by":"system","extra":1}"#,
    #"{"new_status":"qualified","updated_by":"system","trigger_notifications":1}"#,
    #"{"new_status":"qualified","updated_by":"system","status_reason":7}"#,
    #"{"new_status":"qualified","updated_by":"system","context_data":{"urgency_level":"huge"}}"#,
    #"{"new_status":"qualified","updated_by":"system","context_data":{"other":"x"}}"#,
  ])
  func malformedBodiesAre400(body: String) async throws {
    try await withStandIns { standIns async throws in
      let answer = try await standIns.call(
        .resman, "PUT", "/api/resman/leads/L-1/status", body: body)
      #expect(answer.status == 400)
      #expect(standIns.ledger.applied.isEmpty)
    }
  }

  @Test func aKeyGivesItsFirstAnswerAgain() async throws {
    try await withStandIns { standIns async throws in
      let key = ["Idempotency-Key": "k-1"]
      let first = try await standIns.put("L-1", "qualified", headers: key)
      let again = try await standIns.put("L-1", "qualified", headers: key)
      #expect(again.status == 200)
      #expect(again.body == first.body)
      #expect(try await standIns.put("L-1", "lost", headers: key).status == 422)
      #expect(try await standIns.put("L-2", "qualified", headers: key).status == 422)
      #expect(standIns.ledger.applied.count == 1)
      #expect(standIns.ledger.reading.replies.map(\.replayed) == [false, true, false, false])
    }
  }

  @Test func withoutTheCapabilityAKeyMeansNothing() async throws {
    try await withStandIns(.small(), Capabilities(idempotency: false)) { standIns async throws in
      let key = ["Idempotency-Key": "k-1"]
      #expect(try await standIns.put("L-1", "qualified", headers: key).status == 200)
      #expect(try await standIns.put("L-1", "qualified", headers: key).status == 409)
    }
  }

  @Test func anOldEntityTagIs412() async throws {
    try await withStandIns { standIns async throws in
      let read = try await standIns.call(.resman, "GET", "/api/resman/leads/L-1")
      let tag = try #require(read.headers["etag"])
      standIns.edit(Edit(.resman, lead: "L-1", status: "qualified"))
      let late = try await standIns.put("L-1", "tour_scheduled", headers: ["If-Match": tag])
      #expect(late.status == 412)
      let fresh = try #require(late.headers["etag"])
      let inTime = try await standIns.put("L-1", "tour_scheduled", headers: ["If-Match": fresh])
      #expect(inTime.status == 200)
      standIns.capabilities = Capabilities(etag: false)
      let unguarded = try await standIns.put("L-1", "lost", headers: ["If-Match": tag])
      #expect(unguarded.status == 200)
      #expect(unguarded.headers["etag"] == nil)
    }
  }

  @Test func readsThatAreNotOfferedAre405() async throws {
    let none = Capabilities(history: false, resmanReadByID: false, domiqReadByID: false)
    try await withStandIns(.small(), none) { standIns async throws in
      #expect(try await standIns.call(.resman, "GET", "/api/resman/leads/L-1").status == 405)
      let path = "/api/leads/\(World.conversation(1))"
      #expect(try await standIns.call(.domiq, "GET", path).status == 405)
      let history = "/api/resman/leads/L-1/status-history"
      #expect(try await standIns.call(.resman, "GET", history).status == 404)
    }
  }

  @Test func historyIsNewestFirstAndCountsThePeriod() async throws {
    try await withStandIns { standIns async throws in
      for status in ["qualified", "tour_scheduled", "application"] {
        _ = try await standIns.call(
          .resman, "PUT", "/api/resman/leads/L-1/status",
          body: #"{"new_status":"\#(status)","updated_by":"system","status_reason":"because"}"#)
      }
      func statuses(_ query: String) async throws -> ([String], JSONValue?) {
        let path = "/api/resman/leads/L-1/status-history" + query
        let answer = try await standIns.call(.resman, "GET", path)
        guard case .array(let changes) = answer.json["status_changes"] else { return ([], nil) }
        return (changes.compactMap { $0["new_status"]?.string }, answer.json["total_count"])
      }
      let all = try await statuses("")
      #expect(all == (["application", "tour_scheduled", "qualified"], .integer(3)))
      let two = try await statuses("?limit=2")
      #expect(two == (["application", "tour_scheduled"], .integer(3)))
      let from = try await statuses("?date_from=2026-03-02T12:00:00.000001Z&limit=1")
      #expect(from == (["application"], .integer(2)))
      let to = try await statuses("?date_to=2026-03-02T12:00:00Z")
      #expect(to == (["qualified"], .integer(1)))
    }
  }
}

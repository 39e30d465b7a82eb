import Foundation
import Leads
import Testing

@testable import StandIns  // uses `Reading`, internal

@Suite struct ControlTests {
  @Test func theLedgerIsReadAndForgotten() async throws {
    try await withStandIns { standIns async throws in
      _ = try await standIns.put("L-1", "lost")
      let answer = try await standIns.call(.domiq, "GET", "/_stand-in/ledger")
      guard case .array(let effects) = answer.json["effects"],
        case .array(let arrivals) = answer.json["arrivals"],
        case .array(let replies) = answer.json["replies"]
      else {
        Issue.record("no ledger")
        return
      }
      #expect(effects.count == 1 && arrivals.count == 1 && replies.count == 1)
      #expect(arrivals[0]["body_digest"]?.string?.count == 64)
      #expect(effects[0]["to"] == .string("lost"))
      #expect(try await standIns.call(.resman, "DELETE", "/_stand-in/ledger").status == 204)
      #expect(standIns.ledger.reading == Ledger.Reading())
    }
  }

  @Test func faultsAreSwitchedFromOutside() async throws {
    try await withStandIns { standIns async throws in
      func post(_ body: String) async throws -> Int {
        try await standIns.call(.resman, "POST", "/_stand-in/faults", body: body).status
      }
      let fault = """
        {"kind":"too_many_requests","system":"resman","route":"status","count":1,"retry_after":"x"}
        """
      #expect(try await post(fault) == 204)
      let refused = try await standIns.put("L-1", "lost")
      #expect(refused.status == 429 && refused.headers["retry-after"] == "x")
      #expect(try await standIns.put("L-1", "lost").status == 200)
      let standing = try await standIns.call(.resman, "GET", "/_stand-in/faults")
      guard case .array(let standings) = standing.json else {
        Issue.record("no faults")
        return
      }
      #expect(standings[0]["struck"] == .integer(1) && standings[0]["matched"] == .integer(2))
      #expect(standings[0]["fault"]?["retry_after"] == .string("x"))
      #expect(try await post(#"[{"kind":"forbidden","system":"domiq"}]"#) == 204)
      #expect(standIns.faults.standings.map(\.fault.kind) == [.forbidden])
      #expect(try await standIns.call(.resman, "DELETE", "/_stand-in/faults").status == 204)
      #expect(standIns.faults.standings.isEmpty)
      for wrong in [
        #"{"kind":"ruin","system":"resman"}"#, #"{"kind":"delay"}"#, "",
        #"{"kind":"delay","system":"resman","secnods":1}"#,
      ] {
        #expect(try await post(wrong) == 400, "\(wrong)")
      }
    }
  }

  @Test func editsAreMadeFromOutside() async throws {
    try await withStandIns { standIns async throws in
      func post(_ body: String) async throws -> Int {
        try await standIns.call(.resman, "POST", "/_stand-in/edit", body: body).status
      }
      let staff = #"{"system":"resman","lead":"L-1","status":"lost","lead_score":12,"email":""}"#
      #expect(try await post(staff) == 204)
      let resman = try #require(standIns.resman.lead("L-1"))
      #expect(resman.status == "lost" && resman.leadScore == 12 && resman.email == nil)
      #expect(resman.updatedAt == noon)
      #expect(resman.history.map(\.updatedBy) == ["resman_user"])
      let bot = """
        [{"system":"domiq","lead":"L-2","status":"tour_booked"},
         {"system":"domiq","conversation":"\(World.conversation(3))","phone":"555-0199"}]
        """
      #expect(try await post(bot) == 204)
      #expect(standIns.domiq.lead(resman: "L-2")?.status == "tour_booked")
      #expect(standIns.domiq.lead(resman: "L-3")?.phone == "555-0199")
      #expect(try await post(#"{"system":"resman","lead":"L-404","status":"lost"}"#) == 404)
      #expect(try await post(#"{"system":"resman","laed":"L-1"}"#) == 400)
    }
  }

  @Test func capabilitiesAndListening() async throws {
    try await withStandIns { standIns async throws in
      let off = try await standIns.call(
        .resman, "POST", "/_stand-in/capabilities", body: #"{"resman_read_by_id":false}"#)
      #expect(off.status == 204)
      #expect(standIns.capabilities == Capabilities(resmanReadByID: false))
      let down = try await standIns.call(
        .resman, "POST", "/_stand-in/listening", body: #"{"domiq":false}"#)
      #expect(down.status == 204)
      await #expect(throws: (any Error).self) {
        try await standIns.call(.domiq, "GET", "/api/leads")
      }
      let standing = try await standIns.call(.resman, "GET", "/_stand-in/listening")
      #expect(standing.json == .object(["resman": .bool(true), "domiq": .bool(false)]))
    }
  }

  @Test func recordsAreReadPastTheContract() async throws {
    try await withStandIns { standIns async throws in
      let lead = try await standIns.call(.domiq, "GET", "/_stand-in/leads/resman/L-1")
      #expect(lead.json["status"] == .string("contacted"))
      let path = "/_stand-in/leads/domiq/\(World.conversation(2))"
      let conversation = try await standIns.call(.domiq, "GET", path)
      #expect(conversation.json["resman_lead_id"] == .string("L-2"))
      #expect(
        try await standIns.call(.domiq, "GET", "/_stand-in/leads/resman/L-404").status == 404)
      #expect(standIns.ledger.reading.arrivals.isEmpty)
    }
  }

  @Test func aSnapshotComesBackWhole() async throws {
    let path = NSTemporaryDirectory() + "stand-ins-\(UUID()).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let key = ["Idempotency-Key": "k-1"]
    let first = try await withStandIns { standIns async throws in
      let first = try await standIns.put("L-1", "qualified", headers: key)
      _ = try await standIns.webhook("L-2", "contacted", "lost", id: "w-1")
      try standIns.snapshot.encoded().write(to: URL(fileURLWithPath: path))
      return first
    }
    let standIns = try await StandIns.start(
      snapshot: try Snapshot(contentsOf: path), clock: { noon + 1_000_000 })
    let again = try await standIns.put("L-1", "qualified", headers: key)
    #expect(again.body == first.body)
    #expect(standIns.resman.lead("L-1")?.history.count == 1)
    #expect(standIns.domiq.lead(resman: "L-2")?.status == "lost")
    #expect(try await standIns.webhook("L-2", "contacted", "lost", id: "w-1").status == 200)
    #expect(standIns.ledger.applied.isEmpty)
    await standIns.stop()
  }
}

import Foundation
import Leads
import Testing

@testable import StandIns  // uses `Call`, internal

@Suite struct WebhookTests {
  @Test func aSignedChangeTakesDomIQsWord() async throws {
    try await withStandIns { standIns async throws in
      let answer = try await standIns.webhook("L-1", "contacted", "tour_scheduled")
      #expect(answer.status == 200)
      #expect(answer.json["notifications_sent"] == .integer(0))
      let lead = try #require(standIns.domiq.lead(resman: "L-1"))
      #expect(lead.status == "tour_booked")
      #expect(lead.version == "2026-03-02T12:00:00+00:00")
      #expect(answer.json["updated_at"] == .string(lead.version))
    }
  }

  @Test func aStatusItAlreadyHasInAnotherWordIsLeftAlone() async throws {
    try await withStandIns { standIns async throws in
      standIns.edit(Edit(.domiq, lead: "L-1", status: "follow_up_needed"))
      let version = standIns.domiq.lead(resman: "L-1")?.version
      #expect(try await standIns.webhook("L-1", "new", "contacted").status == 200)
      #expect(standIns.domiq.lead(resman: "L-1")?.status == "follow_up_needed")
      #expect(standIns.domiq.lead(resman: "L-1")?.version == version)
      #expect(standIns.ledger.applied.isEmpty)
    }
  }

  @Test func aWebhookIDHasOneEffect() async throws {
    try await withStandIns { standIns async throws in
      let first = try await standIns.webhook("L-1", "contacted", "qualified", id: "a")
      standIns.edit(Edit(.domiq, lead: "L-1", status: "lost"))
      let again = try await standIns.webhook("L-1", "contacted", "qualified", id: "a")
      #expect(again.status == 200)
      #expect(again.body == first.body)
      #expect(standIns.domiq.lead(resman: "L-1")?.status == "lost")
      #expect(standIns.ledger.applied.count == 1)
    }
  }

  @Test func theLatestConversationIsChosen() async throws {
    var world = World.small()
    var second = world.domiq[0]
    second.conversationID = World.conversation(77)
    second.updatedAt += 1
    world.domiq.append(second)
    try await withStandIns(world) { standIns async throws in
      _ = try await standIns.webhook("L-1", "contacted", "qualified")
      #expect(standIns.domiq.lead(conversation: World.conversation(77))?.status == "qualified")
      #expect(standIns.domiq.lead(conversation: World.conversation(1))?.status == "engaged")
    }
  }

  @Test(arguments: [(-301, 401), (-300, 200), (300, 200), (301, 401)])
  func timestampsMayBeFiveMinutesOff(seconds: Int64, expected: Int) async throws {
    try await withStandIns { standIns async throws in
      let at = noon / 1_000_000 + seconds
      let answer = try await standIns.webhook("L-1", "contacted", "qualified", at: at)
      #expect(answer.status == expected)
      #expect(standIns.ledger.applied.count == (expected == 200 ? 1 : 0))
    }
  }

  @Test func anUnsignedWebhookIsNotRead() async throws {
    try await withStandIns { standIns async throws in
      let other = "whsec_\(Data("another secret".utf8).base64EncodedString())"
      let forged = try await standIns.webhook("L-1", "contacted", "lost", secret: other)
      #expect(forged.status == 401)
      let plain = try await standIns.call(
        .domiq, "POST", "/api/resman/webhooks/status-update", body: "{}")
      #expect(plain.status == 401)
      #expect(standIns.domiq.lead(resman: "L-1")?.status == "engaged")
    }
  }

  /// The test vector published with the Standard Webhooks libraries.
  @Test func thePublishedVectorVerifies() {
    let call = Call(
      system: .domiq, method: "POST", path: "/", segments: [], query: [:], target: "/",
      headers: [
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
        "webhook-signature":
          "v1,bm9ldHU= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
      ], body: Array(#"{"test": 2432232314}"#.utf8))
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    #expect(refusalOfSignature(call, secret: secret, now: 1_614_265_330) == nil)
    #expect(refusalOfSignature(call, secret: secret, now: 1_614_265_631)?.status == 401)
  }

  @Test(arguments: [
    ("{}", 400), ("[1]", 400),
    (
      #"{"lead_id":"L-1","old_status":"new","new_status":"hot","updated_by":"system","updated_at":"2026-03-02T11:59:00Z"}"#,
      400
    ),
    (
      #"{"lead_id":"L-404","old_status":"new","new_status":"lost","updated_by":"system","updated_at":"2026-03-02T11:59:00Z"}"#,
      404
    ),
    (
      #"{"lead_id":"L-1","old_status":"new","new_status":"lost","updated_by":"system","updated_at":"2026-03-02T11:59:00Z","more":1}"#,
      400
    ),
  ])
  func wrongBodiesAreRefused(body: String, status: Int) async throws {
    try await withStandIns { standIns async throws in
      #expect(try await standIns.signed(body, id: "x").status == status)
      #expect(standIns.ledger.applied.isEmpty)
    }
  }
}

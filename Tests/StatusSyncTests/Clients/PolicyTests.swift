import Foundation
import Leads
import Testing

import Upstreams

@Suite struct WebhookSignatureTests {
  /// The example of the Standard Webhooks specification.
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  private static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
  private static let body = Array(#"{"test": 2432232314}"#.utf8)
  private static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

  @Test func officialVector() throws {
    let signer = try #require(WebhookSignature(secrets: [Self.secret]))
    #expect(signer.sign(id: Self.id, timestamp: 1_614_265_330, body: Self.body) == Self.signature)
  }

  @Test(arguments: [
    (Int64(0), true), (300, true), (-300, true), (301, false), (-301, false),
  ])
  func toleratesClocksBothWays(_ off: Int64, _ isValid: Bool) throws {
    let signer = try #require(
      WebhookSignature(secrets: ["whsec_" + Data(count: 24).base64EncodedString(), Self.secret]))
    #expect(
      signer.verify(
        id: Self.id, timestamp: "1614265330", signatures: "v1,xxxx \(Self.signature)",
        body: Self.body, now: 1_614_265_330 + off) == isValid)
  }

  @Test(arguments: ["", "abc", "9223372036854775807", "-9223372036854775808"])
  func absurdTimestampsAreRefused(_ timestamp: String) throws {
    let signer = try #require(WebhookSignature(secrets: [Self.secret]))
    #expect(
      !signer.verify(
        id: Self.id, timestamp: timestamp, signatures: Self.signature, body: Self.body, now: 0))
  }

  @Test func anotherBodyIsRefused() throws {
    let signer = try #require(WebhookSignature(secrets: [Self.secret]))
    #expect(
      !signer.verify(
        id: Self.id, timestamp: "1614265330", signatures: Self.signature, body: Self.body + [32],
        now: 1_614_265_330))
    #expect(WebhookSignature(secrets: ["whsec_not base64"]) == nil)
    #expect(WebhookSignature(secrets: []) == nil)
    // The lengths that Standard Webhooks allows, for each secret that is valid during a rotation.
    for (bytes, isUsable) in [
      (0, false), (1, false), (23, false), (24, true), (64, true), (65, false),
    ] {
      let secret = "whsec_" + Data(count: bytes).base64EncodedString()
      #expect((WebhookSignature(secrets: [secret]) != nil) == isUsable, "\(bytes)")
      #expect((WebhookSignature(secrets: [Self.secret, secret]) != nil) == isUsable, "\(bytes)")
    }
    let flaw = WebhookSignature.flaw(of: [Self.secret, "whsec_c2hvcnQ="])
    #expect(flaw?.contains("secret 2 has 5 bytes, not 24 to 64") == true)
    #expect(flaw?.contains("c2hvcnQ") == false)
  }
}

@Suite struct RetryAfterTests {
  private static let now = Instant(microseconds: 784_111_770_000_000)  // 1994-11-06 08:49:30 UTC

  @Test(arguments: [
    ("120", 120 as Double?), ("0", 0), (" 5 ", 5), ("1000000", 1_000_000),
    ("99999999999999999999", 1e9), ("Sun, 06 Nov 1994 08:49:37 GMT", 7),
    ("Sun, 06 Nov 1994 08:00:00 GMT", 0), ("soon", nil), ("-5", nil), ("", nil),
  ])
  func seconds(_ header: String, _ expected: Double?) {
    #expect(RetryAfter.seconds(header, now: Self.now) == expected)
  }

  @Test func backoffIsCapped() {
    #expect(Backoff.seconds(after: 1, random: 1) == 0.5)
    #expect(Backoff.seconds(after: 100, random: 1) == 10)
    #expect(Backoff.seconds(after: 3, random: 0) == 0)
  }
}

@Suite struct BodyTests {
  private static let change = StatusChange(
    intentID: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)), leadID: "L-1",
    propertyID: nil, conversationID: nil, old: .new, new: .contacted, reason: "why", notify: false,
    occurredAt: Instant(microseconds: 0))

  @Test func thePutIsWhatTheContractSays() throws {
    // The reason contains the intent id once.
    let id = "[01020304-0506-0708-090a-0b0c0d0e0f10]"
    var named = Self.change
    named.reason = "why \(id)"
    for change in [Self.change, named] {
      #expect(
        String(decoding: try ResManClient.body(change), as: UTF8.self)
          == #"{"new_status":"contacted","status_reason":"why \#(id)","trigger_notifications":false,"updated_by":"system"}"#
      )
    }
  }

  @Test func theWebhookIsWhatTheContractSays() throws {
    #expect(
      String(decoding: try DomIQClient.body(Self.change), as: UTF8.self)
        == #"{"context_data":{"intent_id":"01020304-0506-0708-090a-0b0c0d0e0f10","notify_prospect":false,"reconciled":true},"lead_id":"L-1","new_status":"contacted","old_status":"new","status_reason":"why","updated_at":"1970-01-01T00:00:00Z","updated_by":"system"}"#
    )
  }

  @Test(arguments: [
    ("L-1", "L-1"), ("a/b?c", "a%2Fb%3Fc"), ("ż", "%C5%BC"), ("a b\r\n", "a%20b%0D%0A"),
    ("..a", "..a"), ("%2e%2e", "%252e%252e"), ("../x", "..%2Fx"), ("", nil), (".", nil),
    ("..", nil),
  ])
  func pathSegments(_ text: String, _ encoded: String?) {
    #expect(pathSegment(text) == encoded)
  }
}

import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

import Changes
@testable import struct StandIns.SplitMix  // internal
import Upstreams

/// Invariant 17 of docs/reliability.md: any order and any repetition of a set of webhooks gives the same
/// state.
@Suite struct WebhookOrderTests {
  static let sets = 500

  @Test func anyOrderAndRepetitionEndInOneState() async throws {
    var making = APIFixture.Making()
    making.statuses = (0..<(Self.sets * 2)).map { ("L-\($0)", Status.new) }
    try await APIFixture.with(making) { fixture in
      var random = SplitMix(seed: 17)
      for number in 0..<Self.sets {
        let set = Self.set(&random)
        // One lead receives them in order and once, the other in any order and some of them twice.
        let again = set + [set[Int(random.next() % UInt64(set.count))]]
        for (lead, order) in [(number * 2, set), (number * 2 + 1, again.shuffled(using: &random))] {
          for message in order {
            _ = try await fixture.live.webhooks.receive(
              message.webhook("L-\(lead)"), id: "\(lead)-\(message.id)")
          }
        }
      }
      let states = try await fixture.states()
      #expect(states.count == Self.sets * 2)
      #expect(Set(states.values).count > 10)
      for number in 0..<Self.sets {
        #expect(
          states["L-\(number * 2)"] == states["L-\(number * 2 + 1)"], "set \(number) of seed 17")
      }
    }
  }

  private struct Message {
    var id: Int
    var old: Status
    var new: Status
    var second: Int

    func webhook(_ lead: String) -> StatusWebhook {
      StatusWebhook(
        lead_id: lead, old_status: old, new_status: new, updated_by: "resman_user",
        updated_at: "2026-11-20T10:00:0\(second)Z")
    }
  }

  /// Three to five changes within a few seconds, some in the same second.
  private static func set(_ random: inout SplitMix) -> [Message] {
    var old = Status.new
    return (0..<Int(3 + random.next() % 3)).map { id in
      let new = Status.allCases[Int(random.next() % 7)]
      defer { old = new }
      return Message(id: id, old: old, new: new, second: Int(random.next() % 4))
    }
  }
}

extension APIFixture {
  /// The stored state of each lead, as one text.
  fileprivate func states() async throws -> [String: String] {
    try await live.database.withConnection { connection in
      let rows = try await connection.query(
        """
        select l.resman_lead_id as lead,
          concat_ws('|', l.base, l.resman, l.resman_version, c.status, x.current_status) as state
        from lead l join conversation c on c.id = l.conversation_id
        left join conversation_context x on x.conversation_id = c.id
        """)
      return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["lead"], try $0["state"]) })
    }
  }
}

@Suite struct SignatureTests {
  /// The test vector of the Standard Webhooks specification and its reference libraries.
  @Test func theOfficialVectorHolds() throws {
    let signature = try #require(
      WebhookSignature(secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]))
    let body = Array(#"{"test": 2432232314}"#.utf8)
    let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    #expect(signature.sign(id: id, timestamp: 1_614_265_330, body: body) == expected)
    func holds(_ signatures: String, at now: Int64 = 1_614_265_330) -> Bool {
      signature.verify(
        id: id, timestamp: "1614265330", signatures: signatures, body: body, now: now)
    }
    #expect(holds(expected))
    #expect(holds("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,x \(expected)"))
    #expect(holds(expected, at: 1_614_265_330 + 300))
    #expect(holds(expected, at: 1_614_265_330 - 300))
    #expect(!holds(expected, at: 1_614_265_330 + 301))
    #expect(!holds(expected, at: 1_614_265_330 - 301))
    #expect(!holds("v2" + expected.dropFirst(2)))
    #expect(!holds(""))
  }

  @Test func aThousandBadSignaturesAreRefused() throws {
    let signature = try #require(
      WebhookSignature(secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]))
    let body = Array(#"{"lead_id":"L-1"}"#.utf8)
    let good = signature.sign(id: "m", timestamp: 1_000, body: body)
    var random = SplitMix(seed: 5)
    var accepted = 0
    for _ in 0..<1_000 {
      var bytes = Array(good.utf8)
      let place = Int(random.next() % UInt64(bytes.count))
      let byte = UInt8(truncatingIfNeeded: random.next() % 94) + 0x21
      // The last character of the base64 contains bits that no decoder reads.
      guard bytes[place] != byte, place < bytes.count - 2 else { continue }
      bytes[place] = byte
      let text = String(decoding: bytes, as: UTF8.self)
      if signature.verify(id: "m", timestamp: "1000", signatures: text, body: body, now: 1_000) {
        accepted += 1
      }
    }
    #expect(accepted == 0)
    #expect(signature.verify(id: "m", timestamp: "1000", signatures: good, body: body, now: 1_000))
  }
}

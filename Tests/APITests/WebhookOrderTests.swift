import Foundation
import Leads
import Postgres
import TestDatabase
import Testing

import Changes
@testable import struct StandIns.SplitMix  // internal
import Store
import Upstreams

/// Invariant 17 of docs/reliability.md: any order and any repetition of a set of webhooks gives the same
/// state, whenever a change of our own ends that one of them reports.
@Suite struct WebhookOrderTests {
  static let sets = 500

  @Test func anyOrderAndRepetitionEndInOneState() async throws {
    var making = APIFixture.Making()
    making.statuses = (0..<(Self.sets * 2)).map { ("L-\($0)", Status.new) }
    // The sweeper of `serve` settles nothing.
    making.change = { $0.limits.settleSeconds = 3_600 }
    try await APIFixture.with(making) { fixture in
      var random = SplitMix(seed: 17)
      for number in 0..<Self.sets {
        let set = Self.set(&random)
        // One lead receives them in order and once, and our change ends last; the other in any order and some of them
        // twice, and it ends at any time.
        let again = set + [set[Int(random.next() % UInt64(set.count))]]
        try await fixture.receive(set, lead: number * 2, endingAfter: set.count)
        try await fixture.receive(
          again.shuffled(using: &random), lead: number * 2 + 1,
          endingAfter: Int(random.next() % UInt64(again.count + 1)))
      }
      // Those that waited for the end of our change.
      while try await fixture.live.webhooks.takeWaiting() > 0 {}
      let states = try await fixture.states()
      #expect(states.count == Self.sets * 2)
      #expect(Set(states.values).count > 10)
      for number in 0..<Self.sets {
        #expect(
          states["L-\(number * 2)"] == states["L-\(number * 2 + 1)"], "set \(number) of seed 17")
      }
    }
  }

  fileprivate struct Message {
    var id: Int
    var old: Status
    var new: Status
    var second: Int
    /// It reports our own change.
    var isOwn = false

    var time: String { "2026-11-20T10:00:\(20 + second)Z" }

    func webhook(_ lead: String, intent: UUID) -> StatusWebhook {
      StatusWebhook(
        lead_id: lead, old_status: old, new_status: new,
        status_reason: isOwn ? "[\(intent)]" : nil, updated_by: "resman_user", updated_at: time)
    }
  }

  /// Three to five changes within a few seconds, some in the same second, and one of our own before the newest of them.
  /// None leads back to new: the lead's status before all of them would need no row in the log.
  private static func set(_ random: inout SplitMix) -> [Message] {
    var old = Status.new
    var messages = (0..<Int(3 + random.next() % 3)).map { id in
      let new = Status.allCases[Int(1 + random.next() % 6)]
      defer { old = new }
      return Message(id: id, old: old, new: new, second: Int(random.next() % 4))
    }
    let newest = messages.map(\.second).max() ?? 0
    let own = Message(
      id: messages.count, old: .new, new: Status.allCases[Int(1 + random.next() % 6)],
      second: newest - 1 - Int(random.next() % 3), isOwn: true)
    messages.insert(own, at: Int(random.next() % UInt64(messages.count + 1)))
    return messages
  }
}

extension APIFixture {
  /// Begins the change of our own that is among the messages, receives them, and records after `count` of them that the
  /// change was made.
  fileprivate func receive(
    _ messages: [WebhookOrderTests.Message], lead number: Int, endingAfter count: Int
  ) async throws {
    let found = messages.first { $0.isOwn }
    let own = try #require(found)
    let (lead, intent) = ("L-\(number)", UUID())
    let log = ChangeEffects(mapping: .standard, clock: clock).log(settling: live.database)
    try await log.begin(
      LogEntry(
        id: intent, conversationID: Self.conversation(number), leadID: lead,
        propertyID: Self.elm, old: own.old, new: own.new, reason: "", updatedBy: .chatbot,
        direction: .toResMan, notAfter: clock.now()))
    for (place, part) in [messages.prefix(count), messages.dropFirst(count)].enumerated() {
      if place == 1 {
        try await log.end(
          intent, .success(evidence: .history, domiqVersion: nil, resmanVersion: own.time),
          attempts: 1)
      }
      for message in part {
        _ = try await live.webhooks.receive(
          message.webhook(lead, intent: intent), id: "\(number)-\(message.id)")
      }
    }
  }

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

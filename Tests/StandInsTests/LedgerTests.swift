import Foundation
import Leads
import Testing

import StandIns

@Suite struct LedgerTests {
  @Test func everyRequestIsWrittenDownWithWhatItDid() async throws {
    try await withStandIns { standIns async throws in
      let key = ["Idempotency-Key": "k-1"]
      _ = try await standIns.put("L-1", "qualified", headers: key)
      _ = try await standIns.put("L-1", "new", headers: ["Idempotency-Key": "k-2"])
      _ = try await standIns.webhook("L-2", "contacted", "lost", id: "w-1")
      standIns.edit(Edit(.resman, lead: "L-3", status: "leased"))
      _ = try await standIns.call(.domiq, "GET", "/api/leads?limit=1")
      let reading = standIns.ledger.reading
      #expect(reading.arrivals.map(\.key) == ["k-1", "k-2", "w-1", nil])
      #expect(reading.arrivals.map(\.route) == [.status, .status, .webhook, .leads])
      #expect(reading.arrivals.map(\.id) == ["L-1", "L-1", nil, nil])
      #expect(reading.arrivals.last?.target == "/api/leads?limit=1")
      #expect(reading.arrivals[0].bodyDigest != reading.arrivals[1].bodyDigest)
      #expect(reading.arrivals.last?.bodyDigest == nil)
      #expect(reading.replies.map(\.status) == [200, 409, 200, 200])
      #expect(reading.effects.map(\.lead) == ["L-1", "L-2", "L-3"])
      #expect(reading.effects.map(\.from) == ["contacted", "engaged", "contacted"])
      #expect(reading.effects.map(\.to) == ["qualified", "lost", "leased"])
      #expect(reading.effects.map(\.cause) == [.put, .webhook, .edit])
      #expect(reading.effects.map(\.key) == ["k-1", "w-1", nil])
      #expect(reading.effects[0].arrival == reading.arrivals[0].seq)
      #expect(reading.effects[1].arrival == reading.arrivals[2].seq)
    }
  }

  @Test func oneCounterOrdersAllThreeLists() async throws {
    try await withStandIns(.small(count: 40)) { standIns async throws in
      await withTaskGroup(of: Void.self) { group in
        for number in 1...40 {
          group.addTask { _ = try? await standIns.put("L-\(number)", "qualified") }
        }
      }
      let reading = standIns.ledger.reading
      let all =
        reading.arrivals.map(\.seq) + reading.effects.map(\.seq) + reading.replies.map(\.seq)
      #expect(all.sorted() == Array(1...120))
      for effect in reading.effects {
        let reply = try #require(reading.replies.first { $0.arrival == effect.arrival })
        #expect(try #require(effect.arrival) < effect.seq && effect.seq < reply.seq)
      }
    }
  }

  @Test func aRefusedCallerLeavesAnArrivalAndNoEffect() async throws {
    try await withStandIns { standIns async throws in
      _ = try await standIns.put("L-1", "lost", headers: ["Authorization": "Bearer nobody"])
      #expect(standIns.ledger.reading.arrivals.count == 1)
      #expect(standIns.ledger.reading.replies.map(\.status) == [401])
      #expect(standIns.ledger.reading.effects.isEmpty)
    }
  }
}

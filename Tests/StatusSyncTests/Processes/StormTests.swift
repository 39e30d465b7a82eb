import Foundation
import Leads
import StandIns
import Testing

/// Fault tests 6 and 8: servers that ask to wait, and servers that give false answers.
@Suite(.serialized) struct StormTests {
  struct Storm: Sendable, CustomStringConvertible {
    var share: Double
    /// The value sent in `Retry-After`.
    var wait: String
    /// The seconds that this asks for; nil if it cannot be parsed.
    var seconds: Double?
    var description: String { "\(Int(share * 100))% \(wait)" }
  }

  static let storms: [Storm] = {
    let ways: [(String, Double?)] = [
      ("1", 1), ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("1000000", 1_000_000), ("soon", nil),
    ]
    let all = [0.3, 0.9, 1].flatMap { share in
      ways.map { Storm(share: share, wait: $0.0, seconds: $0.1) }
    }
    return ProcessHarness.isWhole ? all : [all[0], all[10]]
  }()

  /// No request comes earlier than allowed; the run ends at its deadline.
  @Test(arguments: storms)
  func noRequestComesBeforeRetryAfter(_ storm: Storm) async throws {
    try await ProcessHarness.with { harness in
      harness.standIns.faults.set([
        Fault(
          .tooManyRequests, on: .resman, route: .status, probability: storm.share, seed: 5,
          retryAfter: storm.wait)
      ])
      // Systems that always ask to wait end at the deadline, the others by themselves.
      let deadline = storm.share > 0.5 ? "20" : "14400"
      let ended = try await harness.run(
        with: [
          "STATUS_SYNC_RESMAN_CONCURRENCY": "1", "STATUS_SYNC_LIMITS_DEADLINE_SECONDS": deadline,
        ])
      #expect([3, 75].contains(ended.status), "\(ended.status) \(ended.err)")
      let reading = harness.standIns.ledger.reading
      let refused = Set(reading.replies.filter { $0.status == 429 }.map(\.arrival))
      #expect(!refused.isEmpty)
      let resman = reading.arrivals.filter { $0.system == .resman }
      for (one, next) in zip(resman, resman.dropFirst()) where refused.contains(one.seq) {
        let apart = Double(next.at - one.at) / 1_000_000
        if let seconds = storm.seconds { #expect(apart >= min(seconds, 20), "\(apart) s") }
      }
      #expect(
        !harness.standIns.ledger.applied.contains { effect in
          effect.arrival.map(refused.contains) ?? false
        })
      try await harness.converge()
    }
  }

  enum Lie: String, CaseIterable, Sendable {
    case notSaved, savedThenFailed, late, twice

    var kind: Fault.Kind {
      switch self {
      case .notSaved: .ackWithoutSaving
      case .savedThenFailed: .errorAfter
      case .late: .late
      case .twice: .twice
      }
    }
  }

  /// A server gives false answers to its first writes: invariants 2 and 3 hold, and a success that never took
  /// effect is detected.
  @Test(arguments: Lie.allCases, ProcessHarness.isWhole ? Array(0..<9) : [0])
  func aFalseAcknowledgementIsFound(_ lie: Lie, _ round: Int) async throws {
    try await ProcessHarness.with(leads: ProcessHarness.isWhole ? 1_500 : 120) { harness in
      let lies = ProcessHarness.isWhole ? 12 : 3
      harness.standIns.faults.set([
        Fault(lie.kind, on: .resman, route: .status, skip: round, count: lies)
      ])
      let ended = try await harness.run()
      #expect([3, 4].contains(ended.status), "\(ended.err)")
      #expect(harness.standIns.faults.standings.first?.struck == lies)
      let lied = Set(
        harness.standIns.ledger.reading.replies.filter { $0.faults.contains(lie.kind) }
          .compactMap { reply in
            harness.standIns.ledger.reading.arrivals.first { $0.seq == reply.arrival }?.id
          })
      if lie == .notSaved {
        // Each one is reported: the lead is failed, not verified.
        let failed = try await harness.rows(
          "select resman_lead_id from drift where outcome = 'failed'"
        ).map { try $0["resman_lead_id"] as String }
        #expect(lied.isSubset(of: failed), "\(lied.subtracting(failed))")
      }
      harness.standIns.holds.open()
      try await harness.converge(exempt: lie == .twice ? lied : [])
    }
  }
}

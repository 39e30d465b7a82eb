import Foundation
import Postgres
import StandIns
import Testing

/// Fault test 16: SIGTERM or SIGINT in each phase. Work in progress is finished, and the next run continues.
@Suite(.serialized) struct SignalTests {
  enum Phase: String, CaseIterable, Sendable {
    case pull, recover, plan, repair, verify, measure, trickle
  }

  struct Stop: Sendable, CustomStringConvertible {
    var phase: Phase
    var signal: Int32
    var status: Int32
    /// The place in the order of the leads that are pushed.
    var place: Int
    var description: String { "\(phase) \(status) \(place)" }
  }

  static let stops: [Stop] = {
    let ways: [(Int32, Int32)] = [(SIGTERM, 143), (SIGINT, 130)]
    let all = (0..<21).map { number in
      let (signal, status) = ways[number / Phase.allCases.count % 2]
      return Stop(
        phase: Phase.allCases[number % Phase.allCases.count], signal: signal, status: status,
        place: number / Phase.allCases.count)
    }
    // Pull, measurement, and a page that comes slowly; the repair with SIGINT.
    return ProcessHarness.isWhole ? all : [all[0], all[10], all[5], all[6]]
  }()

  @Test(arguments: stops)
  func aStoppedRunDrainsAndTheNextGoesOn(_ stop: Stop) async throws {
    try await ProcessHarness.with { harness in
      let phase = stop.phase
      if phase == .recover { try await Self.leaveOnePending(harness, place: stop.place) }
      let held = harness.standIns.holds.count
      if let fault = Self.fault(stop, harness) { harness.standIns.faults.set([fault]) }
      let blocker = phase == .measure ? try await harness.connect() : nil
      try await blocker?.script("begin; lock table stays in access exclusive mode")
      let program = try harness.start()
      if phase == .measure {
        try await harness.untilBlocked()
      } else {
        try await harness.untilHeld(held + 1)
      }
      let isUnderWay = phase == .repair || phase == .verify
      program.signal(stop.signal)
      if isUnderWay { harness.standIns.holds.release() }
      let ended = await program.ended()
      #expect(ended.status == stop.status, "\(ended.err)")
      harness.standIns.holds.release()
      try await blocker?.script("rollback")
      await blocker?.close()
      let left = try await harness.number(
        "select count(*) as value from status_sync_log where sync_status = 'pending'")
      #expect(left == (phase == .recover ? 1 : 0))
      let interrupted = try await harness.number(
        """
        select count(*) as value from sync_run
        where state = 'interrupted' and exit_code = \(Int(stop.status))
        """)
      #expect(interrupted == 1)
      try await harness.converge()
    }
  }

  private static func fault(_ stop: Stop, _ harness: ProcessHarness) -> Fault? {
    let pushes = harness.leads(.push)
    let push = pushes[stop.place % pushes.count]
    switch stop.phase {
    case .pull: return Fault(.hold, on: .resman, route: .leads, skip: 1 + stop.place, count: 1)
    case .trickle:
      return Fault(.stall, on: .domiq, route: .leads, skip: stop.place, count: 1, bytes: 99)
    case .recover: return Fault(.hold, on: .resman, route: .lead, lead: push, count: 1)
    case .plan:
      let missing = harness.world.judgements.first { $0.verdict == .missingInResman }?.leadID
      return Fault(.hold, on: .resman, route: .lead, lead: missing, count: 1)
    case .repair: return Fault(.hold, on: .resman, route: .status, lead: push, count: 1)
    case .verify: return Fault(.hold, on: .resman, route: .lead, lead: push, skip: 1, count: 1)
    case .measure: return nil
    }
  }

  private static func leaveOnePending(_ harness: ProcessHarness, place: Int) async throws {
    let pushes = harness.leads(.push)
    harness.standIns.faults.set([
      Fault(
        .holdAnswer, on: .resman, route: .status, lead: pushes[place % pushes.count], count: 1)
    ])
    let program = try harness.start(with: ["STATUS_SYNC_RESMAN_CONCURRENCY": "1"])
    try await harness.untilHeld(1)
    await program.killed()
    harness.standIns.holds.release()
    harness.standIns.faults.clear()
  }
}

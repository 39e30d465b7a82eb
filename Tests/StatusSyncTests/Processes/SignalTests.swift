import Foundation
import Postgres
import StandIns
import Testing

@testable import StatusSync

/// Fault test 16: SIGTERM in each phase. What had begun is finished, and the next run goes on.
@Suite(.serialized) struct SignalTests {
  enum Phase: String, CaseIterable, Sendable {
    case pull, recover, plan, repair, verify, measure
  }

  @Test(arguments: Rig.isWhole ? Phase.allCases : [.pull, .repair, .measure])
  func aTerminatedRunDrainsAndTheNextGoesOn(_ phase: Phase) async throws {
    try await Rig.with { rig in
      if phase == .recover { try await Self.leaveOnePending(rig) }
      let held = rig.standIns.holds.count
      if let fault = Self.fault(phase, rig) { rig.standIns.faults.set([fault]) }
      let blocker = phase == .measure ? try await rig.connect() : nil
      try await blocker?.script("begin; lock table journey in access exclusive mode")
      let program = try rig.start()
      if phase == .measure {
        try await rig.untilBlocked()
      } else {
        try await rig.untilHeld(held + 1)
      }
      let isUnderWay = phase == .repair || phase == .verify
      program.signal(SIGTERM)
      if isUnderWay { rig.standIns.holds.release() }
      let ended = await program.ended()
      #expect(ended.status == 143, "\(ended.err)")
      rig.standIns.holds.release()
      try await blocker?.script("rollback")
      await blocker?.close()
      let left = try await rig.number(
        "select count(*) as value from status_sync_log where sync_status = 'pending'")
      #expect(left == (phase == .recover ? 1 : 0))
      let interrupted = try await rig.number(
        "select count(*) as value from sync_run where state = 'interrupted'")
      #expect(interrupted >= 1)
      try await rig.converge()
    }
  }

  private static func fault(_ phase: Phase, _ rig: Rig) -> Fault? {
    let push = rig.leads(.push).first
    switch phase {
    case .pull: return Fault(.hold, on: .resman, route: .leads, skip: 1, count: 1)
    case .recover: return Fault(.hold, on: .resman, route: .lead, lead: push, count: 1)
    case .plan:
      let missing = rig.world.judgements.first { $0.verdict == .missingInResman }?.leadID
      return Fault(.hold, on: .resman, route: .lead, lead: missing, count: 1)
    case .repair: return Fault(.hold, on: .resman, route: .status, lead: push, count: 1)
    case .verify: return Fault(.hold, on: .resman, route: .lead, lead: push, skip: 1, count: 1)
    case .measure: return nil
    }
  }

  private static func leaveOnePending(_ rig: Rig) async throws {
    rig.standIns.faults.set([
      Fault(.holdAnswer, on: .resman, route: .status, lead: rig.leads(.push).first, count: 1)
    ])
    let program = try rig.start(with: ["STATUS_SYNC_RESMAN_CONCURRENCY": "1"])
    try await rig.untilHeld(1)
    await program.killed()
    rig.standIns.holds.release()
    rig.standIns.faults.clear()
  }
}

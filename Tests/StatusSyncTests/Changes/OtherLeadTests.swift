import Foundation
import Leads
import Testing

import Changes
@testable import Store  // uses `RunClock`, internal
@testable import Upstreams  // uses `strongETag`, internal

/// A single read counts only if it returns the requested lead and conversation.
@Suite struct OtherLeadTests {
  @Test(arguments: ["L-2", nil])
  func anAnswerAboutAnotherLeadIsNoFreshRead(_ other: String?) async throws {
    let resman = ScriptedResMan(.new)
    resman.state.withLock { $0.answersFor = .some(other) }
    try await ChangeSenderTests.at(resman, domiq: "engaged") { setup in
      try await setup.expect(
        ChangeSenderTests.engaged,
        ends: .ended(.stale, "ResMan answers with \(other ?? "no lead") instead of this lead"))
      #expect(resman.state.withLock { $0.writes.isEmpty })
      try await setup.expect(rows: [])
    }
  }

  @Test(arguments: ["L-2", nil])
  func aConversationThatNamesAnotherLeadIsNoFreshRead(_ other: String?) async throws {
    let resman = ScriptedResMan(.new)
    let domiq = StillDomIQ(raw: "engaged", lead: other)
    try await ChangeSenderTests.at(resman, domiq: domiq) { setup in
      try await setup.expect(
        ChangeSenderTests.engaged,
        ends: .ended(.stale, "DomIQ answers with \(other ?? "no lead") instead of this lead"))
      #expect(resman.state.withLock { $0.writes.isEmpty })
    }
  }

  /// The lead is merged while a write waits: the read before the next send returns another lead.
  @Test func aLeadThatBecomesAnotherWhileAWriteWaitsIsLeftAlone() async throws {
    let resman = ScriptedResMan(.new, script: [.tryLater(5)])
    try await ChangeSenderTests.at(resman, domiq: "engaged") { setup in
      var sender = setup.sender
      let clock = setup.clock.clock
      sender = ChangeSender(
        log: sender.log, resman: resman, domiq: sender.domiq, mapping: sender.mapping,
        policy: sender.policy, budget: sender.budget,
        clock: RunClock(
          now: clock.now, elapsed: clock.elapsed,
          sleep: { duration in
            resman.state.withLock { $0.answersFor = "L-2" }
            try await clock.sleep(duration)
          }, random: { 0 }),
        logger: sender.logger)
      guard
        case .ended(.stale, _) = try await sender.send(ChangeSenderTests.engaged, run: setup.run)
      else {
        Issue.record("not stale")
        return
      }
      #expect(resman.state.withLock { $0.writes.isEmpty })
      try await setup.expect(rows: ["new contacted failed stale"])
    }
  }

  /// The lead is merged before an unanswered write is settled: two reads that return another lead count as
  /// none.
  @Test func anotherLeadSettlesNothingAsApplied() async throws {
    let resman = ScriptedResMan(.new, script: [.hang(appliedAfterReads: nil)])
    try await ChangeSenderTests.at(resman, domiq: "engaged") { setup in
      _ = try await setup.sender.send(ChangeSenderTests.engaged, run: setup.run)
      resman.edit(.contacted)
      resman.state.withLock { $0.answersFor = "L-2" }
      let found = try await setup.recover()
      #expect(found.failed == 1)
      try await setup.expect(rows: ["new contacted failed missing"])
    }
  }

  @Test(
    arguments: [
      (#""abc""#, #""abc""#), (#"W/"abc""#, nil), (#"w/"abc""#, nil), ("abc", nil), ("", nil),
      ("*", nil), (nil, nil), (#""""#, #""""#), (#"""#, nil),
    ] as [(String?, String?)])
  func onlyAStrongTagGoesIntoIfMatch(_ header: String?, _ tag: String?) {
    #expect(LeadSnapshot.strongETag(header) == tag)
  }
}

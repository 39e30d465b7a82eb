import Foundation
import Leads
import Logging
import Postgres
import TestDatabase
import Testing

import Changes
@testable import Store  // uses `RunClock`, internal
import Upstreams

/// One lead, one ResMan that follows a script of faults, and the real log.
@Suite struct ChangeSenderTests {
  struct Setup: Sendable {
    let resman: ScriptedResMan
    let connection: PostgresConnection
    let sender: ChangeSender
    let run: RunContext
    let clock: StoppedClock

    func rows() async throws -> [String] {
      try await connection.query(
        """
        select concat_ws(' ', old_status, new_status, sync_status, failure,
          context_data ->> 'evidence') as row
        from status_sync_log order by seq
        """
      ).map { try $0["row"] }
    }

    func expect(
      rows expected: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let rows = try await rows()
      #expect(rows == expected, sourceLocation: sourceLocation)
    }

    func expect(
      _ lead: PlannedLead, ends expected: SendResult,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let result = try await sender.send(lead, run: run)
      #expect(result == expected, sourceLocation: sourceLocation)
    }

    /// Commits the row of a change to ResMan that was never sent.
    /// - Parameter run: the run that died; nil: a change by day.
    func begin(
      _ new: Status, from old: Status, of lead: String = "L-1", by run: UUID?
    ) async throws {
      let conversation = UUID()
      _ = try await connection.execute("insert into conversation (id) values (\(conversation))")
      let entry = LogEntry(
        id: UUID(), conversationID: conversation, leadID: lead, old: old, new: new, reason: "",
        updatedBy: .chatbot, direction: .toResMan, runID: run, notAfter: self.run.startedAt)
      try await sender.log.begin(entry, after: [])
    }

    /// Settles as the next run does, after the settle window.
    func recover() async throws -> RecoverSummary {
      var patient = sender
      patient.settleSeconds = 0
      return try await Recover(sender: patient).run(run)
    }

    /// Settles as the sweep of `serve` does, for a minute, after the settle window.
    func sweep(_ resman: any ResManAPI, log: (any IntentLog)? = nil) async throws
      -> RecoverSummary
    {
      let patient = ChangeSender(
        log: log ?? sender.log, resman: resman, domiq: sender.domiq, mapping: sender.mapping,
        policy: sender.policy, budget: sender.budget, clock: sender.clock, logger: sender.logger,
        settleSeconds: 0)
      let minute = RunContext(
        id: UUID(), startedAt: run.startedAt, deadline: clock.elapsed + .seconds(60),
        newID: { UUID() }, drain: Drain(clock: clock.clock))
      return try await Recover(sender: patient, liveOnly: true).run(minute)
    }
  }

  static func at(
    _ resman: ScriptedResMan, domiq: String, _ body: @Sendable (Setup) async throws -> Void
  ) async throws {
    try await at(resman, domiq: StillDomIQ(raw: domiq), body)
  }

  static func at(
    _ resman: ScriptedResMan, domiq: StillDomIQ, _ body: @Sendable (Setup) async throws -> Void
  ) async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let connection = try await database.connect()
      let clock = StoppedClock()
      let sender = ChangeSender(
        log: SyncLog(connection), resman: resman, domiq: domiq,
        mapping: .standard, policy: Policy(), budget: RetryBudget(), clock: clock.clock,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, settleSeconds: 60)
      let run = RunContext(
        id: UUID(), startedAt: clock.clock.now(), deadline: .seconds(3600), newID: { UUID() },
        drain: Drain(clock: clock.clock))
      try await body(
        Setup(resman: resman, connection: connection, sender: sender, run: run, clock: clock))
    }
  }

  static func push(_ hops: [Status], from: Status, domiq: String) -> PlannedLead {
    PlannedLead(
      propertyID: UUID(), resmanLeadID: "L-1", conversationID: UUID(), base: from, domiqRaw: domiq,
      domiq: hops.last, resmanRaw: from.rawValue, resman: from, verdict: .domiqAhead, rule: 11,
      action: .push, target: hops.last, hops: hops, irregular: false, cause: nil, outcome: nil,
      reason: nil, domiqVersion: ScriptedResMan.stamp(1), resmanVersion: ScriptedResMan.stamp(0))
  }

  static let engaged = push([.contacted], from: .new, domiq: "engaged")

  /// A request that may still arrive is left alone for the settle window: nothing is sent again, and the next
  /// run finds the outcome.
  @Test(arguments: [nil, 2])
  func anUnansweredWriteIsNotRepeatedBeforeItsWindow(appliedAfterReads: Int?) async throws {
    let resman = ScriptedResMan(.new, script: [.hang(appliedAfterReads: appliedAfterReads)])
    try await Self.at(resman, domiq: "engaged") { setup in
      _ = try await setup.connection.execute(
        "insert into conversation (id) values (\(Self.engaged.conversationID))")
      let result = try await setup.sender.send(Self.engaged, run: setup.run)
      #expect(result == .ended(.unknown, "timeout"))
      #expect(resman.state.withLock { $0.writes.count } == 1)
      try await setup.expect(rows: ["new contacted pending"])

      let found = try await setup.recover()
      #expect(found.pending == 1 && found.succeeded == 1)
      let keys = resman.state.withLock { $0.writes.map(\.key) }
      #expect(Set(keys).count == 1)
      #expect(keys.count == (appliedAfterReads == nil ? 2 : 1))
      #expect(resman.state.withLock { $0.effects.count } == 1)
      let evidence = appliedAfterReads == nil ? "acknowledged" : "history"
      try await setup.expect(rows: ["new contacted success \(evidence)"])
    }
  }

  /// A run dies before its push is sent, and DomIQ is corrected by day: the next run does not send what DomIQ took back.
  /// What a caller asked for by day does not rest on DomIQ.
  @Test(arguments: [("lost", true), ("engaged", true), ("engaged", false)])
  func aPushThatDomIQTookBackIsNotSentAgain(_ domiq: String, isOfRun: Bool) async throws {
    let resman = ScriptedResMan(.contacted)
    try await Self.at(resman, domiq: domiq) { setup in
      try await setup.begin(.lost, from: .contacted, by: isOfRun ? UUID() : nil)
      let found = try await setup.recover()
      let isSent = domiq == "lost" || !isOfRun
      #expect(found.pending == 1 && found.succeeded == (isSent ? 1 : 0))
      #expect(found.failed == (isSent ? 0 : 1))
      #expect(resman.state.withLock { $0.writes.count } == (isSent ? 1 : 0))
      try await setup.expect(
        rows: ["contacted lost \(isSent ? "success acknowledged" : "failed stale")"])
    }
  }

  /// Two settlers find the same row at the same moment: the slower one sends nothing, and does not end the row.
  @Test func aRowThatSomebodyElseSendsAgainIsLeftAlone() async throws {
    let resman = ScriptedResMan(.new)
    try await Self.at(resman, domiq: "engaged") { setup in
      try await setup.begin(.contacted, from: .new, by: nil)
      let overtaken = OvertakenLog(log: SyncLog(setup.connection))
      let found = try await setup.sweep(resman, log: overtaken)
      #expect(found.pending == 1 && found.unsettled == 1)
      #expect(resman.state.withLock { $0.writes.isEmpty })
      try await setup.expect(rows: ["new contacted pending"])
    }
  }

  /// What is sent again may have arrived before: a refusal does not say that it was not applied.
  @Test func aRefusalOfWhatIsSentAgainIsReadBack() async throws {
    let resman = ScriptedResMan(.new, script: [.takeAndRefuse])
    try await Self.at(resman, domiq: "engaged") { setup in
      try await setup.begin(.contacted, from: .new, by: nil)
      let found = try await setup.sweep(resman)
      #expect(found.succeeded == 1)
      try await setup.expect(rows: ["new contacted success history"])
    }
  }

  /// Reads of the oldest row's lead take all the time there is: the others are settled all the same.
  @Test func aLeadThatCannotBeReadKeepsNoOtherWaiting() async throws {
    let resman = ScriptedResMan(.new)
    try await Self.at(resman, domiq: "engaged") { setup in
      for lead in ["L-1", "L-2", "L-3"] {
        try await setup.begin(.contacted, from: .new, of: lead, by: nil)
      }
      let slow = ResManWithASlowLead(resman: resman, slow: "L-1", clock: setup.clock.clock)
      let found = try await setup.sweep(slow)
      #expect(found.pending == 3 && found.succeeded == 2 && found.unsettled == 1)
    }
  }

  /// Staff move the lead while a write may still arrive. The write may take effect after their move, so their
  /// move does not end the row before the settle window has passed.
  @Test(arguments: [nil, 2])
  func anUnansweredWriteOvertakenByStaffIsStillPending(appliedAfterReads: Int?) async throws {
    let resman = ScriptedResMan(
      .tourScheduled, script: [.hangThenMove(.application, appliedAfterReads: appliedAfterReads)])
    resman.state.withLock { $0.offersETag = false }
    let lead = Self.push([.leased], from: .tourScheduled, domiq: "leased")
    try await Self.at(resman, domiq: "leased") { setup in
      try await setup.expect(lead, ends: .ended(.unknown, "timeout; it is application now"))
      try await setup.expect(rows: ["tour_scheduled leased pending"])

      let found = try await setup.recover()
      #expect(found.pending == 1 && found.unsettled == 0)
      #expect(resman.state.withLock { $0.writes.count } == 1)
      #expect(
        resman.state.withLock { $0.effects.count } == (appliedAfterReads == nil ? 0 : 1))
      let end = appliedAfterReads == nil ? "failed superseded" : "success history"
      try await setup.expect(rows: ["tour_scheduled leased \(end)"])
    }
  }

  @Test func anUnansweredWriteThatWasAppliedIsSeenAtOnce() async throws {
    let resman = ScriptedResMan(.new, script: [.takeAndHang])
    try await Self.at(resman, domiq: "engaged") { setup in
      try await setup.expect(Self.engaged, ends: .sent(sideEffects: nil))
      try await setup.expect(rows: ["new contacted success history"])
      #expect(resman.state.withLock { $0.writes.count } == 1)
    }
  }

  /// The server has answered, so no request can still arrive. If the complete history does not have the
  /// change, it is sent again with the same key, three times in all.
  @Test func anErrorOfTheServerIsTriedThreeTimes() async throws {
    let resman = ScriptedResMan(.new, script: [.fail, .fail, .fail, .fail])
    try await Self.at(resman, domiq: "engaged") { setup in
      try await setup.expect(Self.engaged, ends: .ended(.unknown, "HTTP 500"))
      let keys = resman.state.withLock { $0.writes.map(\.key) }
      #expect(keys.count == 3 && Set(keys).count == 1)
      try await setup.expect(rows: ["new contacted pending"])
    }
  }

  @Test func withoutAHistoryAnErrorOfTheServerEndsUnknown() async throws {
    let resman = ScriptedResMan(.new, script: [.fail])
    resman.state.withLock { $0.offersHistory = false }
    try await Self.at(resman, domiq: "engaged") { setup in
      try await setup.expect(Self.engaged, ends: .ended(.unknown, "HTTP 500"))
      #expect(resman.state.withLock { $0.writes.count } == 1)
      let found = try await setup.recover()
      #expect(found.failed == 1)
      try await setup.expect(rows: ["new contacted failed unknown"])
      #expect(resman.state.withLock { $0.writes.count } == 1)
    }
  }

  @Test func anUnreadableHistoryLeavesTheRowPending() async throws {
    let resman = ScriptedResMan(.new, script: [.fail])
    resman.state.withLock { $0.historyFails = true }
    try await Self.at(resman, domiq: "engaged") { setup in
      _ = try await setup.sender.send(Self.engaged, run: setup.run)
      let found = try await setup.recover()
      #expect(found.unsettled == 1)
      try await setup.expect(rows: ["new contacted pending"])
    }
  }

  /// An earlier attempt was applied, so the next one is refused; the state found decides.
  @Test func aRefusalAfterAnAppliedAttemptIsNotAFailure() async throws {
    let resman = ScriptedResMan(.new, script: [.fail, .takeAndFail])
    try await Self.at(resman, domiq: "engaged") { setup in
      try await setup.expect(Self.engaged, ends: .sent(sideEffects: nil))
      try await setup.expect(rows: ["new contacted success history"])
    }
  }

  @Test func aPushOfSeveralStepsNamesTheVersionItRestsOn() async throws {
    let resman = ScriptedResMan(.new)
    let lead = Self.push([.contacted, .tourScheduled], from: .new, domiq: "tour_booked")
    try await Self.at(resman, domiq: "tour_booked") { setup in
      try await setup.expect(lead, ends: .sent(sideEffects: nil))
      #expect(resman.state.withLock { $0.writes.map(\.etag) } == ["\"0\"", "\"1\""])
    }
  }

  /// The answer of the first step is lost. The read that settles it gives the version for the second step's
  /// If-Match.
  @Test func aStepSettledByReadingBackNamesTheVersionItRead() async throws {
    let resman = ScriptedResMan(.new, script: [.takeAndHang])
    let lead = Self.push([.contacted, .tourScheduled], from: .new, domiq: "tour_booked")
    try await Self.at(resman, domiq: "tour_booked") { setup in
      try await setup.expect(lead, ends: .sent(sideEffects: nil))
      #expect(resman.state.withLock { $0.writes.map(\.etag) } == ["\"0\"", "\"1\""])
      try await setup.expect(
        rows: ["new contacted success history", "contacted tour_scheduled success acknowledged"])
    }
  }

  /// ResMan's history shows the first step, and the lead shows that staff moved it on since: their move is
  /// not overwritten.
  @Test func aStepThatStaffMovedOnFromIsTheLast() async throws {
    let resman = ScriptedResMan(.new, script: [.takeAndHangThenMove(.qualified)])
    let lead = Self.push([.contacted, .tourScheduled], from: .new, domiq: "tour_booked")
    try await Self.at(resman, domiq: "tour_booked") { setup in
      try await setup.expect(
        lead, ends: .ended(.stale, "it is qualified now, after contacted"))
      #expect(resman.state.withLock { $0.writes.count } == 1)
      try await setup.expect(rows: ["new contacted success history"])
    }
  }

  /// Both sides agree only after the last step: no earlier row has a version of DomIQ.
  @Test func aStepOfAPushCarriesNoVersionOfDomIQ() async throws {
    let resman = ScriptedResMan(.new)
    let lead = Self.push([.contacted, .tourScheduled], from: .new, domiq: "tour_booked")
    try await Self.at(resman, domiq: "tour_booked") { setup in
      try await setup.expect(lead, ends: .sent(sideEffects: nil))
      let versions = try await setup.connection.query(
        """
        select concat_ws(' ', new_status, bridged, domiq_version, resman_version) as row
        from status_sync_log order by seq
        """
      ).map { try $0["row"] as String }
      #expect(
        versions == [
          "contacted t \(ScriptedResMan.stamp(1))",
          "tour_scheduled f \(ScriptedResMan.stamp(1)) \(ScriptedResMan.stamp(2))",
        ])
    }
  }

  @Test func anUnrequestedNotificationStopsThePush() async throws {
    let resman = ScriptedResMan(.new, script: [.notify])
    let lead = Self.push([.contacted, .tourScheduled], from: .new, domiq: "tour_booked")
    try await Self.at(resman, domiq: "tour_booked") { setup in
      guard case .halted = try await setup.sender.send(lead, run: setup.run) else {
        Issue.record("not halted")
        return
      }
      #expect(resman.state.withLock { $0.writes.count } == 1)
    }
  }

  @Test func aStopBetweenTwoStepsLeavesTheRestForTheNextRun() async throws {
    let resman = ScriptedResMan(.new)
    let lead = Self.push([.contacted, .tourScheduled], from: .new, domiq: "tour_booked")
    try await Self.at(resman, domiq: "tour_booked") { setup in
      setup.run.drain.request()
      try await setup.expect(
        lead, ends: .ended(.deferred, "stopped between two steps, at contacted"))
      try await setup.expect(rows: ["new contacted success acknowledged"])
    }
  }

  @Test func aWriteThatMissedItsTurnReadsAgain() async throws {
    let resman = ScriptedResMan(.new, script: [.late])
    try await Self.at(resman, domiq: "engaged") { setup in
      try await setup.expect(Self.engaged, ends: .sent(sideEffects: nil))
    }
    let always = ScriptedResMan(.new, script: Array(repeating: .late, count: 10))
    try await Self.at(always, domiq: "engaged") { setup in
      let result = try await setup.sender.send(Self.engaged, run: setup.run)
      #expect(
        result == .ended(.deferred, "a fresh read could not be followed by a write in time"))
      try await setup.expect(rows: ["new contacted failed deferred"])
    }
  }

  /// A wait makes a read too old: a move by staff meanwhile is not overwritten.
  @Test func aWaitIsFollowedByAFreshRead() async throws {
    let resman = ScriptedResMan(.new, script: [.tryLater(5)])
    try await Self.at(resman, domiq: "engaged") { setup in
      var sender = setup.sender
      sender = ChangeSender(
        log: sender.log, resman: resman, domiq: sender.domiq, mapping: sender.mapping,
        policy: sender.policy, budget: sender.budget,
        clock: RunClock(
          now: setup.clock.clock.now, elapsed: setup.clock.clock.elapsed,
          sleep: { duration in
            resman.edit(.lost)
            try await setup.clock.clock.sleep(duration)
          }, random: { 0 }),
        logger: sender.logger)
      guard case .ended(.stale, _) = try await sender.send(Self.engaged, run: setup.run) else {
        Issue.record("not stale")
        return
      }
      #expect(resman.state.withLock { $0.writes.isEmpty })
      try await setup.expect(rows: ["new contacted failed stale"])
    }
  }

  @Test func aWaitBeyondTheDeadlineIsGivenUpAtOnce() async throws {
    let resman = ScriptedResMan(.new, script: [.tryLater(1_000_000)])
    try await Self.at(resman, domiq: "engaged") { setup in
      try await setup.expect(Self.engaged, ends: .ended(.deferred, "the server asks to wait"))
      #expect(setup.clock.elapsed < .seconds(1))
      try await setup.expect(rows: ["new contacted failed deferred"])
    }
  }

  @Test func aLeadWithAnUnsettledChangeIsLeftAlone() async throws {
    let resman = ScriptedResMan(.new, script: [.hang(appliedAfterReads: nil)])
    try await Self.at(resman, domiq: "engaged") { setup in
      _ = try await setup.sender.send(Self.engaged, run: setup.run)
      try await setup.expect(
        Self.engaged,
        ends: .ended(.stale, "another change of this lead was logged since, or is not settled yet"))
      #expect(resman.state.withLock { $0.writes.count } == 1)
    }
  }

  /// A plan that was made with another mapping writes nothing.
  @Test func aWordThatMeansSomethingElseNowIsNotWritten() async throws {
    let resman = ScriptedResMan(.new)
    try await Self.at(resman, domiq: "engaged") { setup in
      var lead = Self.engaged
      lead.domiq = .qualified
      try await setup.expect(
        lead,
        ends: .ended(.stale, "engaged means contacted now, the plan took it for qualified"))
      try await setup.expect(rows: [])
    }
  }

  /// Invariant 9: the connection that holds the lock is gone, so nothing is sent.
  @Test func aRunThatLostItsConnectionSendsNothing() async throws {
    let resman = ScriptedResMan(.new)
    try await Self.at(resman, domiq: "engaged") { setup in
      await setup.connection.close()
      await #expect(throws: PostgresError.self) {
        _ = try await setup.sender.send(Self.engaged, run: setup.run)
      }
      #expect(resman.state.withLock { $0.writes.isEmpty })
    }
  }

  /// After the clock was set back by some time, a change must not stay unsettled for that time.
  @Test func aRowFromTheFutureBeginsItsWindowNow() async throws {
    let resman = ScriptedResMan(.new, script: [.hang(appliedAfterReads: nil)])
    try await Self.at(resman, domiq: "engaged") { setup in
      _ = try await setup.sender.send(Self.engaged, run: setup.run)
      _ = try await setup.connection.execute(
        "update lead set last_sent_at = now() + interval '10 days'")
      let first = try await Recover(sender: setup.sender).run(setup.run)
      #expect(first.unsettled == 1)
      let quiet: Double? = try await setup.sender.log.pending().first?.quietSeconds
      #expect((quiet ?? -1) >= 0)
    }
  }
}

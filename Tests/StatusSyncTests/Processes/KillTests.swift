import Foundation
import Leads
import Postgres
import StandIns
import Testing

/// Fault tests 2 and 3: kill -9 at every point of docs/reliability.md#if-the-process-dies.
@Suite(.serialized) struct KillTests {
  /// The point at which the process is killed. Each is reached exactly: a request is held or a row is locked,
  /// and then the process is killed.
  enum Point: String, CaseIterable, Sendable {
    case beforePending, duringCommit, nothingSent, appliedLater, answerLost, acknowledged
    case outcomeMissing
  }

  struct Case: Sendable, CustomStringConvertible {
    var point: Point
    /// The place in the order of the leads: 0 the first, 1 the last.
    var place: Double
    var action: Action
    var description: String { "\(point) \(action) \(place)" }
  }

  static let cases: [Case] = {
    guard ProcessHarness.isWhole else {
      return Point.allCases.enumerated().map { index, point in
        Case(
          point: point, place: [0, 0.5, 1][index % 3], action: index % 4 == 3 ? .pull : .push)
      }
    }
    return Point.allCases.flatMap { point in
      [Action.push, .pull].flatMap { action in
        [0, 0.5, 1].map { Case(point: point, place: $0, action: action) }
      }
    }
  }()

  @Test(arguments: cases)
  func aKilledRunIsSettledByTheNext(_ test: Case) async throws {
    try await ProcessHarness.with { harness in
      try await Self.kill(harness, test)
      try await harness.converge()
    }
  }

  /// A process is killed during a change, and so is the run that settles it.
  @Test(arguments: ProcessHarness.isWhole ? Array(0..<50) : [1, 2])
  func aKilledRecoveryIsRecovered(_ number: Int) async throws {
    try await ProcessHarness.with { harness in
      let points: [Point] = [.nothingSent, .answerLost, .acknowledged, .appliedLater]
      let test = Case(
        point: points[number % 4], place: Double(number / 4 % 5) / 4,
        action: number % 3 == 0 ? .pull : .push)
      let (lead, _) = try await Self.kill(harness, test)
      // The first, second or third read of the recovery.
      let system: StandInSystem = test.action == .push ? .resman : .domiq
      let held = harness.standIns.holds.count
      harness.standIns.faults.set([
        number % 5 == 4 && system == .resman
          ? Fault(.hold, on: .resman, route: .history, lead: lead, count: 1)
          : Fault(.hold, on: system, route: .lead, lead: lead, skip: number % 2, count: 1)
      ])
      let second = try harness.start()
      try await harness.untilHeld(held + 1)
      await second.killed()
      harness.standIns.holds.release()
      try await harness.converge()
    }
  }

  /// Killed at a request selected by a number.
  @Test(arguments: ProcessHarness.isWhole ? Array(0..<100) : [3])
  func aRunKilledAnywhereIsSettled(_ number: Int) async throws {
    try await ProcessHarness.with { harness in
      let system: StandInSystem = number % 2 == 0 ? .resman : .domiq
      let kind: Fault.Kind = number % 4 < 2 ? .hold : .holdAnswer
      harness.standIns.faults.set([
        Fault(kind, on: system, skip: 2 + (number * 7) % 30, count: 1)
      ])
      let program = try harness.start()
      try await harness.untilHeld(1)
      await program.killed()
      harness.standIns.holds.release()
      try await harness.converge()
    }
  }

  /// Killed while the report goes into the outbox, before its first row or between portfolio and property: the next run
  /// of the day completes it, and no mailbox gets a second row.
  @Test(
    arguments: [("notification in exclusive mode", 0), ("notification_contact", 2)], [true, false])
  func aReportIsToldOnce(_ lock: (table: String, rows: Int), _ isCut: Bool) async throws {
    try await ProcessHarness.with { given in
      var harness = given
      harness.environment.merge([
        "STATUS_SYNC_REPORTS_RECIPIENTS_PORTFOLIO_NIGHTLY": "boss@example.com,slack",
        "STATUS_SYNC_REPORTS_RECIPIENTS_PROPERTY_NIGHTLY": "property_manager",
      ]) { $1 }
      for (number, property) in harness.world.properties.prefix(2).enumerated() {
        _ = try await harness.rows(
          """
          insert into notification_contact (property_id, role, channel, address)
          values (\(property.id), 'property_manager', 'email', \("site-\(number)@example.com"))
          """)
      }
      let told: SQL = "select count(*) as value from notification where origin = 'report'"
      try await harness.kill(
        try harness.start(), blockedBy: "lock table \(lock.table)", isCut: isCut)
      try await harness.untilAlone()
      #expect(try harness.latestFiles()["summary.html"] != nil)
      #expect(try await harness.number(told) == lock.rows)
      try await harness.converge()
      #expect(try await harness.number(told) == 4)
      _ = await (try harness.start()).ended()
      #expect(try await harness.number(told) == 4)
    }
  }

  /// Kills a run at a point of one lead's repair, and waits until all pending requests have ended.
  @discardableResult
  private static func kill(_ harness: ProcessHarness, _ test: Case) async throws -> (
    lead: String, seq: Int
  ) {
    let leads = harness.leads(test.action)
    let lead = leads[Int((Double(leads.count - 1) * test.place).rounded())]
    let system: StandInSystem = test.action == .push ? .resman : .domiq
    let route: StandInRoute = test.action == .push ? .status : .webhook
    harness.standIns.faults.set(faults(test.point, lead: lead, system: system, route: route))
    let program = try harness.start()
    try await harness.untilHeld(1)
    switch test.point {
    case .beforePending, .nothingSent, .answerLost, .outcomeMissing, .appliedLater:
      await program.killed()
      harness.standIns.holds.release()
    case .duringCommit:
      // For the middle lead the statement is aborted, for the others it completes on the server.
      try await harness.kill(
        program, blockedBy: "lock table status_sync_log in exclusive mode",
        isCut: test.place == 0.5)
    case .acknowledged:
      try await harness.kill(
        program,
        blockedBy: "select 1 as one from status_sync_log where sync_status = 'pending' for update",
        isCut: true)
    }
    // The released request is answered, but nobody reads the answer.
    try await eventually("the held request is never answered") {
      let reading = harness.standIns.ledger.reading
      return reading.replies.count == reading.arrivals.count
    }
    try await harness.untilAlone()
    return (lead, 0)
  }

  private static func faults(
    _ point: Point, lead: String, system: StandInSystem, route: StandInRoute
  ) -> [Fault] {
    switch point {
    case .beforePending, .duringCommit:
      [Fault(.hold, on: system, route: .lead, lead: lead, count: 1)]
    case .nothingSent:
      [
        Fault(.hold, on: system, route: route, lead: lead, count: 1),
        Fault(.errorBefore, on: system, route: route, lead: lead, count: 1),
      ]
    case .appliedLater, .acknowledged:
      [Fault(.hold, on: system, route: route, lead: lead, count: 1)]
    case .answerLost: [Fault(.holdAnswer, on: system, route: route, lead: lead, count: 1)]
    case .outcomeMissing:
      // The first read is the fresh one, the second that of the verification or of the version.
      [Fault(.hold, on: system, route: .lead, lead: lead, skip: 1, count: 1)]
    }
  }
}

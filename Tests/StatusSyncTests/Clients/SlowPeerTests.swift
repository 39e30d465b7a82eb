import Foundation
import Leads
import StandIns
import Synchronization
import Testing

import Store
import Upstreams

extension ManualClock {
  static var wall: RunClock { .system() }
}

/// A peer that sends the head of its answer and then almost nothing, with a clock that the test moves: the
/// call ends, its connection is closed, and its place is free again.
@Suite struct SlowPeerTests {
  private struct Setting: Sendable {
    let standIns: StandIns
    let time: ManualClock
    let resman: ResManClient
    let property: UUID
    let retries: Retries

    /// Moves the clock until `call` has ended or is tried again.
    func whilePassing<T: Sendable>(
      _ seconds: Double, _ call: @escaping @Sendable () async -> T
    ) async -> T {
      let task = Task { await call() }
      while standIns.ledger.reading.arrivals.isEmpty { await Task.yield() }
      let mover = Task {
        while !Task.isCancelled, retries.count == 0 {
          time.advance(by: .seconds(seconds))
          await Task.yield()
        }
      }
      let result = await task.value
      mover.cancel()
      await mover.value
      return result
    }

    /// The stand-in sees that the connection is closed before it has sent everything.
    func untilConnectionIsGone() async throws {
      try await eventually("the connection stays open") {
        standIns.ledger.reading.replies.contains { !$0.sent }
      }
    }
  }

  /// Counts the draws of jitter; each further attempt draws once.
  private final class Retries: Sendable {
    private let drawn = Mutex(0)
    var count: Int { drawn.withLock { $0 } }
    func draw() -> Double { drawn.withLock { $0 += 1 }; return 0 }
  }

  /// A host with one place for calls, with this time limit.
  private static func with(
    timeout: Double = 30, deadline: Double = 1e6, _ body: @Sendable (Setting) async throws -> Void
  ) async throws {
    let now = try #require(Instant(iso8601: "2026-11-24T10:00:00Z"))
    let world = World.demo(leads: 40, properties: 1, seed: 3, now: now)
    let standIns = try await StandIns.start(world: world, clock: { now.microseconds })
    let client = UpstreamHTTP.makeClient(concurrency: 1)
    let time = ManualClock()
    let retries = Retries()
    var clock = time.clock
    clock.random = { retries.draw() }
    let resman = ResManClient(
      UpstreamSettings(
        url: standIns.resmanURL, token: standIns.credentials.resmanToken,
        requestsPerSecond: 1e6, concurrency: 1, timeoutSeconds: timeout,
        deadlineSeconds: deadline), client: client, clock: clock)
    let result: Result<Void, any Error>
    do {
      let property = try #require(world.properties.first).id
      try await body(
        Setting(
          standIns: standIns, time: time, resman: resman, property: property, retries: retries))
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await standIns.stop()
    await client.shutdown()
    try result.get()
  }

  private func change(_ lead: String) -> StatusChange {
    StatusChange(
      intentID: UUID(), leadID: lead, propertyID: nil, conversationID: nil, old: .new,
      new: .contacted, reason: "", notify: false, occurredAt: nil)
  }

  /// A read whose body stops coming is ended before its whole time limit has passed, and repeated.
  @Test func aReadThatTricklesIsAskedAgain() async throws {
    try await Self.with(timeout: 600) { harness in
      let lead = try #require(harness.standIns.snapshot.resman.leads.first)
      harness.standIns.faults.set([Fault(.drip, on: .resman, route: .lead, count: 1, seconds: 0.05)]
      )
      let answer = await harness.whilePassing(10) { await harness.resman.lead(lead.id) }
      guard case .found(let snapshot) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(snapshot.raw == lead.status)
      #expect(harness.standIns.ledger.arrivals(.resman, .lead).count == 2)
      try await harness.untilConnectionIsGone()
    }
  }

  /// An endless answer to a write proves nothing; the next call gets its place.
  @Test func aWriteWhoseAnswerDoesNotEndIsUncertain() async throws {
    try await Self.with(timeout: 7) { harness in
      let lead = try #require(harness.standIns.snapshot.resman.leads.first)
      harness.standIns.faults.set([
        Fault(.drip, on: .resman, route: .status, count: 1, seconds: 0.1)
      ])
      let answer = await harness.whilePassing(1) {
        await harness.resman.update(change(lead.id), etag: nil, until: .seconds(1e9))
      }
      #expect(answer == .uncertain("timeout"))
      guard case .found = await harness.resman.lead(lead.id) else {
        Issue.record("its place was not given back")
        return
      }
      try await harness.untilConnectionIsGone()
    }
  }

  /// A page ends at the run's deadline, whatever the time limit of a call.
  @Test func aPageEndsWithTheRun() async throws {
    try await Self.with(timeout: 600, deadline: 15) { harness in
      harness.standIns.faults.set([Fault(.stall, on: .resman, route: .leads, bytes: 2_000)])
      let failure = await harness.whilePassing(1) { () -> CallFailure? in
        do throws(CallFailure) {
          _ = try await harness.resman.page(
            property: harness.property, updatedSince: nil, cursor: nil, limit: 1000)
          return nil
        } catch {
          return error
        }
      }
      #expect(failure == UpstreamHost.overdue)
      // No further page is begun.
      await #expect(throws: UpstreamHost.overdue) {
        try await harness.resman.page(
          property: harness.property, updatedSince: nil, cursor: nil, limit: 1000)
      }
      #expect(harness.standIns.ledger.arrivals(.resman, .leads).count == 1)
      // Reads that settle a change already begun are still made.
      guard case .missing = await harness.resman.lead("L-0") else {
        Issue.record("a single read was refused")
        return
      }
    }
  }

  @Test(arguments: ["", ".", ".."])
  func noIDReachesAnotherAddress(_ id: String) async throws {
    try await Self.with { harness in
      guard case .failed(let failure) = await harness.resman.lead(id) else {
        Issue.record("asked for")
        return
      }
      #expect(failure.kind == .malformed)
      guard case .failed = await harness.resman.history(of: id, limit: 1) else {
        Issue.record("asked for")
        return
      }
      guard
        case .refused = await harness.resman.update(change(id), etag: nil, until: .seconds(1e9))
      else {
        Issue.record("sent")
        return
      }
      #expect(harness.standIns.ledger.reading.arrivals.isEmpty)
    }
  }
}

import Foundation
import Leads
import StandIns
import Synchronization
import Testing

import API
@testable import Live  // uses `RateLimit`, internal
import Upstreams

/// Counts events.
private final class Counter: Sendable {
  private let state = Mutex(0)
  var count: Int { state.withLock { $0 } }
  func add() { state.withLock { $0 += 1 } }
}

/// The effect of one caller on others: limits, order of service, and what it can learn about others' leads.
@Suite struct FairnessTests {
  @Test func waitingRequestsAreServedKeyByKey() async throws {
    let queue = FairQueue(limit: 1)
    let (a, b, c) = (UUID(), UUID(), UUID())
    let (served, serve) = AsyncStream.makeStream(of: String.self)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let holder = Task {
      try await queue.turn(of: a) { for await _ in gate { break } }
    }
    // The first one has the turn before any other waits.
    var waiters: [Task<Void, any Error>] = []
    while !(queue.waiting == 0 && queue.isBusy) { await Task.yield() }
    for (key, name) in [(a, "a1"), (a, "a2"), (a, "a3"), (b, "b1"), (c, "c1"), (b, "b2")] {
      let before = queue.waiting
      waiters.append(Task { try await queue.turn(of: key) { _ = serve.yield(name) } })
      while queue.waiting == before { await Task.yield() }
    }
    // A cancelled waiter uses no turn.
    waiters[5].cancel()
    while queue.waiting == 6 { await Task.yield() }
    open.yield()
    try await holder.value
    for waiter in waiters.dropLast() { try await waiter.value }
    await #expect(throws: CancellationError.self) { try await waiters[5].value }
    serve.finish()
    var order: [String] = []
    for await name in served { order.append(name) }
    #expect(order == ["a1", "b1", "c1", "a2", "a3"])
    #expect(!queue.isBusy)
  }

  /// A key with endless work gets at most three quarters of the turns; the last quarter rotates among keys.
  @Test func aKeyDoesNotTakeEveryTurn() async throws {
    let queue = FairQueue(limit: 4)
    let (slow, other) = (UUID(), UUID())
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let begun = Counter()
    let crowd = (0..<5).map { _ in
      Task {
        try await queue.turn(of: slow) {
          begun.add()
          for await _ in gate { break }
        }
      }
    }
    while begun.count < 3 || queue.waiting < 2 { await Task.yield() }
    #expect(!queue.isBusy)
    try await queue.turn(of: other) { #expect(queue.isBusy) }
    #expect(begun.count == 3)
    open.finish()
    for task in crowd { try await task.value }
    #expect(begun.count == 5)
  }

  @Test func eachKeyHasItsOwnShare() throws {
    let shares = Shares("changes", total: 3, each: 2, what: "status changes")
    let (a, b) = (UUID(), UUID())
    try shares.take(a)
    try shares.take(a)
    let own = #expect(throws: Problem.self) { try shares.take(a) }
    #expect(own?.detail?.hasPrefix("this key has 2 status changes under way") == true)
    try shares.take(b)
    let all = #expect(throws: Problem.self) { try shares.take(b) }
    #expect(all?.detail?.hasPrefix("StatusSync has 3 status changes of all keys") == true)
    #expect(shares.limit(of: b) == RateLimit(name: "changes", quota: 2, remaining: 1))
    shares.give(a)
    try shares.take(b)
    #expect(shares.limit(of: a).remaining == 1)
  }

  /// A hundred changes of one key at once, while ResMan accepts one call at a time: another key's change is
  /// made after the current one, not after the hundred.
  @Test func aHundredChangesOfOneKeyDelayNoOtherKey() async throws {
    var making = APIFixture.Making()
    making.change = { $0.resman.concurrency = 1 }
    try await APIFixture.with(making) { fixture in
      fixture.standIns.faults.set([Fault(.hold, on: .resman, route: .lead, count: 1)])
      // This client has its own connection pool, so that no request waits for a connection here.
      var many = fixture
      many.caller = APIFixture.caller(connections: 128)
      let crowded = many
      let refused = Counter()
      let crowd = Task {
        try await withThrowingTaskGroup(of: Int.self) { group in
          for number in 0..<100 {
            group.addTask {
              let status = try await crowded.put("L-absent-\(number)", "lost").status
              if status == 429 { refused.add() }
              return status
            }
          }
          return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
      }
      while refused.count < 36 || fixture.standIns.holds.count == 0
        || fixture.live.service.turns.waiting < 63
      {
        await Task.yield()
      }
      async let other = fixture.put("L-oak", "lost", key: fixture.oakKey)
      while fixture.live.service.turns.waiting < 64 { await Task.yield() }
      fixture.standIns.holds.open()
      #expect(try await other.status == 200)
      let statuses = try await crowd.value
      try await many.caller.shutdown()
      #expect(statuses.count { $0 == 404 } == 64)
      #expect(statuses.count { $0 == 429 } == 36)
      // It was second in the rotation, or third where a request of the other key came first.
      let asked = fixture.standIns.ledger.arrivals(.resman, .lead)
      let place = try #require(asked.firstIndex { $0.id == "L-oak" })
      #expect(place <= 2)
    }
  }
}

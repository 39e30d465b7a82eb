import Foundation
import HTTP
import StandIns
import Testing

import Upstreams

/// `serve` while ResMan sends only the heads of its answers: the places for calls become free again, and a
/// stop is not delayed.
@Suite(.serialized) struct SlowResManTests {
  /// More changes at once than `serve` has places for calls to ResMan.
  private static let callers = 12

  private struct Served: Sendable {
    let program: RunningProgram
    let client: WebClient
    let leads: [String]
    let served: ServedProgram

    func put(_ lead: String) async -> Int? {
      try? await client.execute(served.put(lead, "lost")).status
    }
  }

  private static func with(
    _ harness: ProcessHarness, _ body: @Sendable (Served) async throws -> Void
  ) async throws {
    try await harness.serving { served in
      let client = UpstreamHTTP.makeClient(concurrency: callers)
      let open = harness.standIns.snapshot.resman.leads.filter {
        ["new", "contacted"].contains($0.status)
      }
      let result: Result<Void, any Error>
      do {
        result = .success(
          try await body(
            Served(
              program: served.program, client: client,
              leads: Array(open.map(\.id).prefix(callers + 3)), served: served)))
      } catch { result = .failure(error) }
      await client.shutdown()
      try result.get()
    }
  }

  /// Blocked calls free their places by themselves: ResMan works again, and so do all callers.
  @Test func placesForCallsAreFreedAgain() async throws {
    try await ProcessHarness.with { harness in
      try await Self.with(harness) { served in
        harness.standIns.faults.set([Fault(.stall, on: .resman, route: .lead)])
        let first = await withTaskGroup(of: Int?.self) { group in
          for lead in served.leads.prefix(Self.callers) {
            group.addTask { await served.put(lead) }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(first.count == Self.callers)
        #expect(first.allSatisfy { ($0 ?? 0) >= 400 })
        // The held answers are never released: the time limit ends them.
        harness.standIns.faults.clear()
        for lead in served.leads.dropFirst(Self.callers) {
          try await eventually("the places to ResMan do not come back") {
            await served.put(lead) == 200
          }
        }
        harness.standIns.holds.open()
      }
    }
  }

  @Test func aStopIsNotHeldUp() async throws {
    try await ProcessHarness.with { harness in
      try await Self.with(harness) { served in
        harness.standIns.faults.set([Fault(.stall, on: .resman, route: .lead)])
        let calls = Task {
          await withTaskGroup(of: Void.self) { group in
            for lead in served.leads { group.addTask { _ = await served.put(lead) } }
          }
        }
        try await harness.untilHeld(4)
        served.program.signal(SIGTERM)
        // It ends although ResMan never continues, and not by being killed.
        let ended = await served.program.ended()
        #expect(ended.status == 143)
        #expect(!ended.err.contains("still busy"))
        harness.standIns.holds.open()
        await calls.value
      }
    }
  }
}

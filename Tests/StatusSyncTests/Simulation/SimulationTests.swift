import Foundation
import Testing

/// Random schedules of faults, one per seed; `make simulate SEEDS=…` runs more of them.
@Suite struct SimulationTests {
  /// `SEEDS` and `FIRST_SEED` in the environment, for `make simulate`.
  private static func setting(_ name: String, default value: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? value
  }

  @Test func everyScheduleKeepsTheInvariants() async throws {
    let first = UInt64(Self.setting("FIRST_SEED", default: 1))
    let count = UInt64(Self.setting("SEEDS", default: 1_000))
    let (failed, reached) = await onThread { () -> ([Simulation.Result], [String: Int]) in
      var failed: [Simulation.Result] = []
      var reached: [String: Int] = [:]
      for seed in first..<first + count {
        let result = Simulation.run(seed: seed)
        reached.merge(result.reached, uniquingKeysWith: +)
        if !result.violations.isEmpty { failed.append(result) }
      }
      return (failed, reached)
    }
    for result in failed.prefix(20) {
      Issue.record("seed \(result.seed): \(result.violations.joined(separator: "; "))")
    }
    #expect(failed.isEmpty, "\(failed.count) of \(count) seeds; make simulate FIRST_SEED=n SEEDS=1")
    if ProcessInfo.processInfo.environment["SEEDS"] != nil {
      for (name, times) in reached.sorted(by: { $0.key < $1.key }) { print("\(times)\t\(name)") }
      if count == 1 {
        let result = await onThread { Simulation.run(seed: first, isTraced: true) }
        print(result.lines.joined(separator: "\n"), "\ndigest \(result.digest)")
      }
    }
    // A situation that was hardly reached was not tested; the run reports it.
    for name in Self.mustReach where count >= 1_000 {
      #expect(reached[name, default: 0] >= 5, "\(name): reached \(reached[name, default: 0]) times")
    }
  }

  /// The crash points of docs/reliability.md#if-the-process-dies, and the results of settling.
  static let mustReach =
    CrashPoint.allCases.map { "died \($0.rawValue)" }
    + FaultProfile.WriteFault.allCases.filter { $0 != .notSent }.map {
      "write fault \($0.rawValue)"
    }
    + [
      "recover: success by history", "recover: success by value_match",
      "recover: success by acknowledged", "recover: failed unknown", "recover: failed superseded",
      "recover: failed conditions", "recover: unsettled", "repair: success by acknowledged",
      "repair: success by history",
      "repair: success by value_match", "repair: failed superseded", "database lost",
    ]

  /// Seeds of the first 100,000 that once found a fault. 69,897: a row that failed as superseded while its
  /// change could still arrive. The others: a fake server that refused with 412 and applied the change later.
  @Test(
    arguments: [10_533, 25_771, 34_321, 48_465, 58_877, 61_584, 69_897, 78_355, 98_528, 98_816])
  func aSeedThatOnceFailedHolds(_ seed: UInt64) async {
    let result = await onThread { Simulation.run(seed: seed) }
    #expect(result.violations.isEmpty)
  }

  @Test func aSeedReplaysIdentically() async throws {
    for seed in UInt64(1)...40 {
      let (first, second) = await onThread {
        (Simulation.run(seed: seed), Simulation.run(seed: seed, isTraced: true))
      }
      #expect(first.digest == second.digest, "seed \(seed)")
      #expect(first.violations == second.violations)
      #expect(!second.lines.isEmpty)
    }
  }
}

/// Blocking work on a thread of its own, because the shared threads are few.
func onThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
  await withCheckedContinuation { continuation in
    let thread = Thread { continuation.resume(returning: body()) }
    thread.stackSize = 8 << 20
    thread.start()
  }
}

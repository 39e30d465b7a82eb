import Foundation
import Synchronization

import StandIns

/// Runs the tasks of one simulation on the calling thread, in virtual time and in an order drawn from a seed:
/// the same seed gives the same steps.
///
/// Every task of the simulation prefers this executor, so that between two waits only the job chosen by the
/// scheduler runs. Time moves only when no job can run.
final class Scheduler: TaskExecutor, Sendable {
  /// A task waits and nothing will wake it, or the work does not end.
  enum Stuck: Error { case deadlock, endless }

  fileprivate struct Alarm {
    var at: Int64
    /// Chooses among equal candidates, in an order drawn from the seed.
    var rank: UInt64
    var wake: @Sendable () -> Void
  }

  fileprivate struct State {
    var random: SplitMix
    var now: Int64
    var ready: [UnownedJob] = []
    var alarms: [Alarm] = []
  }

  /// The maximum number of jobs and alarms of one simulation: far more than any simulation that ends.
  private static let mostSteps = 500_000

  private let state: Mutex<State>

  init(seed: UInt64, now: Int64) {
    state = Mutex(State(random: SplitMix(seed: seed), now: now))
  }

  /// Virtual time in microseconds since 1970.
  var now: Int64 { state.withLock { $0.now } }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.ready.append(job) }
  }

  /// Calls `wake` when virtual time reaches `at`.
  func alarm(at: Int64, _ wake: @escaping @Sendable () -> Void) {
    state.withLock { state in
      let alarm = Alarm(at: at, rank: state.random.next(), wake: wake)
      state.alarms.append(alarm)
    }
  }

  /// Suspends the task for this many microseconds of virtual time.
  func wait(_ microseconds: Int64) async {
    let at = now + max(microseconds, 0)
    await withUnsafeContinuation { continuation in
      alarm(at: at) { continuation.resume() }
    }
  }

  /// Runs `body` and everything that it starts to the end. Blocks the thread.
  func run(_ body: @escaping @Sendable () async -> Void) throws(Stuck) {
    let isDone = Mutex(false)
    Task(executorPreference: self) {
      await body()
      isDone.withLock { $0 = true }
    }
    var steps = 0
    while !isDone.withLock({ $0 }) {
      steps += 1
      guard steps < Self.mostSteps else { throw .endless }
      if let job = state.withLock({ $0.takeJob() }) {
        job.runSynchronously(on: asUnownedTaskExecutor())
      } else if let alarm = state.withLock({ $0.takeAlarm() }) {
        alarm.wake()
      } else {
        throw .deadlock
      }
    }
  }
}

extension Scheduler.State {
  fileprivate mutating func takeJob() -> UnownedJob? {
    guard !ready.isEmpty else { return nil }
    guard ready.count > 1 else { return ready.removeLast() }
    return ready.remove(at: random.whole(0...ready.count - 1))
  }

  /// The next alarm; time moves to it.
  fileprivate mutating func takeAlarm() -> Scheduler.Alarm? {
    guard
      let index = alarms.indices.min(by: {
        (alarms[$0].at, alarms[$0].rank) < (alarms[$1].at, alarms[$1].rank)
      })
    else { return nil }
    let alarm = alarms[index]
    alarms[index] = alarms[alarms.count - 1]
    alarms.removeLast()
    now = max(now, alarm.at)
    return alarm
  }
}

extension SplitMix {
  /// One of several; `choices` is not empty.
  mutating func pick<T>(_ choices: [T]) -> T { choices[whole(0...choices.count - 1)] }

  /// A duration in the range, in microseconds of virtual time.
  mutating func time(_ range: ClosedRange<Double>) -> Int64 {
    Int64((range.lowerBound + unit() * (range.upperBound - range.lowerBound)) * 1_000_000)
  }
}

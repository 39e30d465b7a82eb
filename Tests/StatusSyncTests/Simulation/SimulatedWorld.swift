import Foundation
import Leads

import StandIns
import Upstreams

/// The points at which a process can die (docs/reliability.md#settling).
enum CrashPoint: String, CaseIterable, Sendable {
  case beforePending = "before the pending row"
  case duringCommit = "during its COMMIT"
  case committed = "committed, nothing sent"
  case partlySent = "bytes partly sent"
  case applied = "applied, answer lost"
  case answered = "answered, before the log COMMIT"
  case endDuringCommit = "during the COMMIT of the end"
  case ended = "logged, outcome not recorded"
  case reading = "while reading"
  case planning = "before the plan was taken"
  case recovering = "during the recovery"
}

/// The point at which a process dies, and at which of its occurrences.
struct Death: Sendable {
  var point: CrashPoint
  var occurrence: Int
}

/// One process: it dies at the given point, and has no effect from then on.
final class ProcessLife: @unchecked Sendable {
  // Used only on the simulation's thread.
  let number: Int
  private let death: Death?
  private var passed = 0
  private(set) var isDead = false
  /// The start of its monotonic clock, in the scheduler's time.
  var startedAt: Int64 = 0
  /// The database went away: every later statement fails.
  var hasLostStore = false
  var stage = ""

  init(number: Int, death: Death?) {
    self.number = number
    self.death = death
  }

  /// Reaches a point; true if the process dies there.
  func pass(_ point: CrashPoint) -> Bool {
    guard point == death?.point else { return false }
    passed += 1
    isDead = passed == death?.occurrence
    return isDead
  }
}

/// The process or its database is gone: thrown by calls to the simulated store.
enum SimulatedLoss: Error { case death, database }

/// The shared state of one simulation.
///
/// Sendable: used only on the simulation's thread, by tasks that its scheduler runs one by one.
final class SimulatedWorld: @unchecked Sendable {
  let seed: UInt64
  let scheduler: Scheduler
  let properties: [Property]
  let tables: any StoreTables
  var random: SplitMix
  var profile: FaultProfile
  var truth = Truth()
  /// How often each named situation was reached.
  var reached: [String: Int] = [:]
  /// The events in order; their digest shows whether two runs of one seed are equal.
  private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
  var lines: [String]?
  /// Violated invariants, as sentences.
  var violations: [String] = []
  /// Intents whose commit a living process saw.
  var confirmed: Set<UUID> = []
  /// The first request of each intent.
  var changes: [UUID: StatusChange] = [:]
  /// By run and intent: attempts whose outcome was unknown, or that were not sent.
  var failedAttempts: [String: Int] = [:]
  /// The scripted results of a lead's next writes, whatever the fault profile says.
  var scripts: [String: [FaultProfile.WriteFault]] = [:]
  /// Leads that were parked in one of the runs after the last fault.
  var parked: Set<String> = []
  /// What each run pulled.
  var pulls: [Int: Pulled] = [:]
  /// The error of the wall clock in microseconds.
  var wall: Int64 = 0
  /// The seconds that a statement takes.
  var latency: ClosedRange<Double> {
    random.chance(profile.slowStatements) ? 1...4 : 0.000_1...0.002
  }

  init(seed: UInt64, tables: any StoreTables, isTraced: Bool) {
    self.seed = seed
    self.tables = tables
    random = SplitMix(seed: seed)
    profile = FaultProfile(&random)
    scheduler = Scheduler(seed: random.next(), now: 1_760_000_000_000_000)
    properties = [1, 2].map {
      Property(
        id: UUID(uuid: (0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, $0)), name: "P\($0)",
        timezone: nil)
    }
    if isTraced { lines = [] }
  }

  /// Records an event.
  func note(_ line: @autoclosure () -> String) {
    let line = line()
    for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    if lines != nil { lines?.append("\(scheduler.now % 1_000_000_000_000) \(line)") }
  }

  func reach(_ name: String) { reached[name, default: 0] += 1 }

  /// A step of a process at a named point. True if it died there, or was dead.
  func dies(_ life: ProcessLife, at point: CrashPoint) -> Bool {
    if life.isDead { return true }
    let point = life.stage == "recover" ? .recovering : point
    guard life.pass(point) else { return false }
    reach("died \(point.rawValue)")
    note("death \(point.rawValue)")
    return true
  }

  /// A status word that staff or the chatbot might write: mostly from the vocabulary, sometimes not.
  func word(for system: System) -> String {
    if random.chance(0.03) { return "on hold" }
    let status = random.pick(Status.allCases)
    if system == .resman {
      return random.chance(0.1) ? status.rawValue.uppercased() : status.rawValue
    }
    return status == .contacted && random.chance(0.5)
      ? "follow_up_needed" : StatusMapping.standard.domiq(status)
  }

  /// What happens to the next write of a lead.
  func writeFault(of lead: String) -> FaultProfile.WriteFault {
    guard let script = scripts[lead], !script.isEmpty else { return profile.writeFault(&random) }
    scripts[lead]?.removeFirst()
    return script[0]
  }

  func edit(_ lead: String) {
    let system = random.pick(System.allCases)
    let raw = word(for: system)
    truth.edit(system, lead: lead, to: raw, at: scheduler.now)
    note("edit \(system) \(lead) \(raw)")
  }
}

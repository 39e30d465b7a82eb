import Foundation
import Leads

@testable import StandIns
@testable import Upstreams

/// Where a process can die (docs/reliability.md#settling).
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

/// Where and at the how manieth time a process dies.
struct Death: Sendable {
  var point: CrashPoint
  var occurrence: Int
}

/// One process: it dies where its death says, and from then on nothing of it has an effect.
final class ProcessLife: @unchecked Sendable {
  // Touched only on the simulation's thread.
  let number: Int
  private let death: Death?
  private var passed = 0
  private(set) var isDead = false
  /// Where its monotonic clock begins, by the scheduler's.
  var startedAt: Int64 = 0
  /// The database went away: every later statement fails.
  var hasLostStore = false
  var stage = ""

  init(number: Int, death: Death?) {
    self.number = number
    self.death = death
  }

  /// Comes to a point; true where the process dies there.
  func pass(_ point: CrashPoint) -> Bool {
    guard point == death?.point else { return false }
    passed += 1
    isDead = passed == death?.occurrence
    return isDead
  }
}

/// The process is gone, or its database is: what a call into the simulated store throws.
enum SimulatedLoss: Error { case death, database }

/// Everything one simulation shares.
///
/// Sendable: touched only on the simulation's thread, by tasks that its scheduler runs one by one.
final class SimulatedWorld: @unchecked Sendable {
  let seed: UInt64
  let scheduler: Scheduler
  let properties: [Property]
  let tables: any StoreTables
  var random: SplitMix
  var profile: FaultProfile
  var truth = Truth()
  /// What was reached how often, by name.
  var reached: [String: Int] = [:]
  /// What happened, in order; its digest tells two runs of one seed apart.
  private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
  var lines: [String]?
  /// What was broken, as sentences.
  var violations: [String] = []
  /// Intents whose commit a living process saw.
  var confirmed: Set<UUID> = []
  /// The first request of each intent.
  var changes: [UUID: StatusChange] = [:]
  /// By run and intent: attempts whose end was not known, or that did not go out.
  var failedAttempts: [String: Int] = [:]
  /// What becomes of a lead's next writes, whatever the weather.
  var scripts: [String: [FaultProfile.WriteFault]] = [:]
  /// Leads that were parked in one of the runs after the last fault.
  var parked: Set<String> = []
  /// What each run pulled.
  var pulls: [Int: Pulled] = [:]
  /// How far the wall clock is off, in microseconds.
  var wall: Int64 = 0
  /// Seconds that a statement takes.
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

  /// Writes down what happened.
  func note(_ line: @autoclosure () -> String) {
    let line = line()
    for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    if lines != nil { lines?.append("\(scheduler.now % 1_000_000_000_000) \(line)") }
  }

  func reach(_ name: String) { reached[name, default: 0] += 1 }

  /// A step of a process at a named point. True where it died there, or was dead.
  func dies(_ life: ProcessLife, at point: CrashPoint) -> Bool {
    if life.isDead { return true }
    let point = life.stage == "recover" ? .recovering : point
    guard life.pass(point) else { return false }
    reach("died \(point.rawValue)")
    note("death \(point.rawValue)")
    return true
  }

  /// A word that staff or the chatbot might write: mostly from the vocabulary, now and then not.
  func word(for system: System) -> String {
    if random.chance(0.03) { return "on hold" }
    let status = random.pick(Status.allCases)
    if system == .resman {
      return random.chance(0.1) ? status.rawValue.uppercased() : status.rawValue
    }
    return status == .contacted && random.chance(0.5)
      ? "follow_up_needed" : StatusMapping.standard.domiq(status)
  }

  /// What becomes of the next write of a lead.
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

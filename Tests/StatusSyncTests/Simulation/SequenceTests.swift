import Foundation
import Leads
import TestDatabase
import Testing

import StandIns

/// Several nights of one lead: each night starts from the state that the one before left. After each of them
/// both systems, the base and the question must be as the oracle says.
@Suite struct SequenceTests {
  /// What happens to one lead: both sides move on the first day, then a night with a fault, and one side
  /// moves on the second day. Nil: no move.
  struct Sequence: Sendable, CustomStringConvertible {
    var start: String
    var domiq: String?
    var resman: String?
    var trouble: SequenceOracle.Trouble
    var later: (system: System, status: String)?

    var description: String {
      "\(start); DomIQ \(domiq ?? "-"), ResMan \(resman ?? "-"); \(trouble); then "
        + (later.map { "\($0.system.rawValue) \($0.status)" } ?? "-")
    }
  }

  /// Every possible sequence.
  static let all: [Sequence] = {
    let statuses = SequenceOracle.steps.keys.sorted()
    let anyOrNone: [String?] = [nil] + statuses
    let laters: [(System, String)?] =
      [nil] + System.allCases.flatMap { system in statuses.map { (system, $0) } }
    return statuses.flatMap { start in
      anyOrNone.flatMap { domiq in
        anyOrNone.flatMap { resman in
          SequenceOracle.Trouble.allCases.flatMap { trouble in
            laters.compactMap { later in
              // The result of a false log row is only defined for a lead that nobody moves meanwhile.
              if trouble == .notSaved, later != nil { return nil }
              return Sequence(
                start: start, domiq: domiq, resman: resman, trouble: trouble,
                later: later.map { (system: $0.0, status: $0.1) })
            }
          }
        }
      }
    }
  }()

  /// Few enough that no limit is exceeded.
  private static let leadsOfAWorld = 40

  /// A sample of all, drawn from a seed; `SEQUENCES=0` takes every one.
  private static func drawn(_ seed: UInt64) -> [Sequence] {
    var random = SplitMix(seed: seed)
    let setting = ProcessInfo.processInfo.environment["SEQUENCES"].flatMap(Int.init)
    let count = setting ?? 1_200
    return count == 0 ? all : Array(all.shuffled(using: &random).prefix(count))
  }

  private static func worlds(of sequences: [Sequence]) -> [[Sequence]] {
    stride(from: 0, to: sequences.count, by: leadsOfAWorld).map {
      Array(sequences[$0..<min($0 + leadsOfAWorld, sequences.count)])
    }
  }

  @Test(arguments: [FaultProfile.Stamps.exact, .midnight, .none, .future])
  func eachNightContinuesFromTheLast(_ stamps: FaultProfile.Stamps) async {
    let wrong = await onThread { () -> [String] in
      Self.worlds(of: Self.drawn(21)).enumerated().flatMap { number, sequences in
        Self.run(sequences, stamps: stamps, seed: UInt64(number), tables: MemoryTables())
      }
    }
    let first = wrong.prefix(5).joined(separator: "\n")
    #expect(wrong.isEmpty, "\(wrong.count) wrong, the first:\n\(first)")
  }

  /// The same on real Postgres and the store in memory together.
  @Test(arguments: [FaultProfile.Stamps.exact, .midnight, .none, .future])
  func theSameHoldsOnPostgres(_ stamps: FaultProfile.Stamps) async throws {
    try await StoreContractTests.withPostgres { tables in
      let mirrored = MirroredTables(MemoryTables(), tables)
      let wrong = await onThread {
        Self.run(
          Array(Self.drawn(22).prefix(Self.leadsOfAWorld)), stamps: stamps, seed: 5,
          tables: mirrored)
      }
      let first = wrong.first ?? mirrored.differences.withLock { $0.first ?? "" }
      #expect(wrong.isEmpty && mirrored.differences.withLock { $0.isEmpty }, "\(first)")
    }
  }

  /// Wrong results, as sentences.
  private static func run(
    _ sequences: [Sequence], stamps: FaultProfile.Stamps, seed: UInt64, tables: any StoreTables
  ) -> [String] {
    let world = SimulatedWorld(seed: seed, tables: tables, isTraced: false)
    world.profile = world.profile.calm
    world.profile.stamps = stamps
    world.profile.offersHistory = true
    world.profile.historyIsShort = false
    world.profile.lies = false
    let run = SequenceRun(world: world, sequences: sequences, stamps: stamps)
    do {
      try world.scheduler.run { await run.nights() }
    } catch {
      return ["stuck: \(error)"]
    }
    return run.wrong + world.violations
  }
}

/// Several sequences in one world, one lead each.
private final class SequenceRun: @unchecked Sendable {
  // Used only on the simulation's thread.
  let world: SimulatedWorld
  let sequences: [SequenceTests.Sequence]
  private var oracles: [SequenceOracle]
  private(set) var wrong: [String] = []
  private var isWrong: Set<Int> = []

  init(
    world: SimulatedWorld, sequences: [SequenceTests.Sequence], stamps: FaultProfile.Stamps
  ) {
    self.world = world
    self.sequences = sequences
    let told: SequenceOracle.Stamps =
      switch stamps {
      case .exact: .exact
      case .midnight: .day
      case .none, .future: .nothing
      }
    oracles = sequences.map { SequenceOracle($0.start, stamps: told) }
  }

  private func name(_ index: Int) -> String { "L-\(1_000 + index)" }

  /// Agreement in the morning, moves at noon, a night with a fault at two; moves at noon, and two more
  /// nights.
  func nights() async {
    for (index, sequence) in sequences.enumerated() { add(name(index), sequence.start) }
    await night(0)
    await world.scheduler.wait(11_000_000_000)
    for (index, sequence) in sequences.enumerated() {
      if let status = sequence.domiq { move(index, .domiq, to: status) }
      if let status = sequence.resman { move(index, .resman, to: status) }
      world.scripts[name(index)] = script(sequence.trouble, index)
    }
    await world.scheduler.wait(14 * 3_600_000_000)
    await night(1)
    world.scripts = [:]
    await world.scheduler.wait(10 * 3_600_000_000)
    for (index, sequence) in sequences.enumerated() {
      if let later = sequence.later { move(index, later.system, to: later.status) }
    }
    await world.scheduler.wait(14 * 3_600_000_000)
    await night(2)
    await world.scheduler.wait(24 * 3_600_000_000)
    await night(3)
  }

  private func add(_ lead: String, _ status: String) {
    var record = TrueLead(
      lead: lead, conversation: world.random.uuid(), property: world.properties[0].id, raw: status,
      version: world.scheduler.now - 1_000_000, facts: .everythingMet)
    world.truth.resman[lead] = record
    record.raw = SequenceOracle.words[status] ?? ""
    world.truth.domiq[lead] = record
  }

  private func move(_ index: Int, _ system: System, to status: String) {
    let raw = system == .resman ? status : SequenceOracle.words[status] ?? ""
    if system == .resman {
      guard oracles[index].resman != status else { return }
      oracles[index].resman = status
    } else {
      guard oracles[index].domiq != status else { return }
      oracles[index].domiq = status
    }
    world.truth.edit(system, lead: name(index), to: raw, at: world.scheduler.now)
  }

  /// The faults of the first writes. Faults that only a push can have do not happen to a pull.
  private func script(_ trouble: SequenceOracle.Trouble, _ index: Int) -> [FaultProfile.WriteFault]
  {
    var quiet = oracles[index]
    quiet.night(.none)
    let isPush = quiet.resman != oracles[index].resman
    switch trouble {
    case .arrivesLater where !isPush, .notSaved where !isPush: return []
    case .none: return []
    case .refused: return [.forbidden]
    case .stoppedHalfWay: return [.none, .forbidden]
    case .answerLost: return [.errorAfter]
    case .arrivesLater: return [.late]
    case .notSaved: return [.notSaved]
    }
  }

  private func night(_ number: Int) async {
    let ended = await SimulatedNight(world: world, life: ProcessLife(number: number, death: nil))
      .run()
    guard ended.isFinished else { return wrong.append("night \(number) did not end") }
    if number == 1 {
      // A request that may still arrive does so well before the settle window ends.
      await world.scheduler.wait(61_000_000)
    }
    do {
      let questions = Set(try world.tables.questions())
      let log = Dictionary(grouping: try world.tables.log(), by: \.lead)
      for (index, sequence) in sequences.enumerated() {
        oracles[index].night(number == 1 ? sequence.trouble : .none)
        let lead = name(index)
        let right = Seen(
          domiq: SequenceOracle.words[oracles[index].domiq] ?? "", resman: oracles[index].resman,
          base: oracles[index].agreed, isAsked: oracles[index].isAsked)
        let seen = Seen(
          domiq: world.truth.domiq[lead]?.raw ?? "", resman: world.truth.resman[lead]?.raw ?? "",
          base: (log[lead] ?? []).last { $0.status == "success" }?.new.rawValue,
          // A real night closes the question of a lead that it repaired; these fakes do not.
          isAsked: questions.contains(lead) && oracles[index].domiq != oracles[index].resman)
        // One sentence per lead.
        if seen != right, isWrong.insert(index).inserted {
          wrong.append("\(sequence): after night \(number) \(seen), right is \(right)")
        }
      }
    } catch {
      wrong.append("the store refuses: \(error)")
    }
  }

  private struct Seen: Equatable {
    var domiq: String
    var resman: String
    var base: String?
    var isAsked: Bool
  }
}

import Foundation
import Leads

@testable import StandIns  // uses `chance`, `uuid`, `whole`, internal
import Store

/// One simulation: a few leads, nights with faults, then nights without.
struct Simulation {
  /// The result of a simulation.
  struct Result: Sendable {
    var seed: UInt64
    /// Violated invariants, as sentences; empty if every invariant held.
    var violations: [String]
    var digest: UInt64
    /// How often each named situation was reached.
    var reached: [String: Int]
    /// The events in order, if requested.
    var lines: [String]
  }

  let world: SimulatedWorld

  /// Runs one seed on these tables. Blocks the thread.
  static func run(
    seed: UInt64, tables: any StoreTables = MemoryTables(), isTraced: Bool = false
  ) -> Result {
    let world = SimulatedWorld(seed: seed, tables: tables, isTraced: isTraced)
    let simulation = Simulation(world: world)
    do {
      try world.scheduler.run { await simulation.run() }
      try world.checkEnds(against: twin(of: seed))
    } catch {
      world.violations.append("the simulation is stuck: \(error)")
    }
    return Result(
      seed: seed, violations: world.violations, digest: world.digest, reached: world.reached,
      lines: world.lines ?? [])
  }

  private func run() async {
    do {
      try populate()
      for number in 1...world.random.whole(1...4) {
        let dies = world.random.chance(world.profile.deaths)
        let death = Death(
          point: world.random.pick(CrashPoint.allCases),
          occurrence: world.random.whole(1...5))
        editDuringTheNight()
        let life = ProcessLife(number: number, death: dies ? death : nil)
        let ended = await SimulatedNight(world: world, life: life).run()
        try world.check(ended, life)
        await world.scheduler.wait(world.random.pick([5, 30, 61, 86_400]) * 1_000_000)
      }
      try await converge()
    } catch {
      world.violations.append("the store refuses: \(error)")
    }
  }

  /// The same leads, in nights that have no fault from the start.
  private static func twin(of seed: UInt64) throws -> SimulatedWorld {
    let world = SimulatedWorld(seed: seed, tables: MemoryTables(), isTraced: false)
    let simulation = Simulation(world: world)
    try world.scheduler.run {
      do {
        try simulation.populate()
        try await simulation.converge()
      } catch {
        world.violations.append("the store refuses: \(error)")
      }
    }
    return world
  }

  /// From now on without faults: at most two runs, and the next one has nothing to write.
  private func converge() async throws {
    world.profile = world.profile.calm
    world.wall = 0
    await world.scheduler.wait(61_000_000)
    var parked: Set<String> = []
    for number in 11...12 {
      let life = ProcessLife(number: number, death: nil)
      let ended = await SimulatedNight(world: world, life: life).run()
      try world.check(ended, life)
      for row in try world.tables.drift(of: ended.run) where row.outcome == .parked {
        parked.insert(row.resmanLeadID)
      }
      await world.scheduler.wait(61_000_000)
    }
    let before = world.truth.sendings.count
    let life = ProcessLife(number: 13, death: nil)
    let ended = await SimulatedNight(world: world, life: life).run()
    try world.check(ended, life)
    for row in try world.tables.drift(of: ended.run) where row.outcome == .parked {
      parked.insert(row.resmanLeadID)
    }
    world.parked = parked
    try world.checkConverged(ended, sendingsBefore: before, parked: parked)
  }

  private func editDuringTheNight() {
    guard world.profile.edits > 0 else { return }
    let leads = world.truth.domiq.keys.sorted()
    for _ in 0..<world.random.whole(0...2) {
      let lead = world.random.pick(leads)
      let world = world
      world.scheduler.alarm(at: world.scheduler.now + world.random.time(0.1...20)) {
        world.edit(lead)
      }
    }
  }

  /// Leads that agree, drifted, were never logged, or are missing on one side.
  private func populate() throws {
    for number in 1...world.random.whole(2...7) {
      let lead = "L-\(number)"
      let property = world.random.pick(world.properties).id
      let base = world.random.pick(Status.allCases)
      let start = world.scheduler.now - world.random.time(86_400...864_000)
      var record = TrueLead(
        lead: lead, conversation: world.random.uuid(), property: property, raw: base.rawValue,
        version: start, facts: facts())
      if !world.random.chance(0.03) { world.truth.resman[lead] = record }
      record.raw = StatusMapping.standard.domiq(base)
      record.facts = facts()
      world.truth.domiq[lead] = record
      if world.random.chance(0.85) { try log(record, base) }
      drift(lead, from: base)
    }
    try populateSeveralSteps()
    world.truth.edited = []
  }

  /// In every world DomIQ is several steps ahead for one lead, and every condition is met.
  private func populateSeveralSteps() throws {
    let (base, target): (Status, Status) = world.random.pick([
      (.new, .tourScheduled), (.new, .application), (.new, .leased), (.contacted, .application),
      (.contacted, .leased), (.qualified, .leased),
    ])
    let lead = "L-steps"
    var record = TrueLead(
      lead: lead, conversation: world.random.uuid(),
      property: world.random.pick(world.properties).id, raw: base.rawValue,
      version: world.scheduler.now - 86_400_000_000, facts: .everythingMet)
    world.truth.resman[lead] = record
    record.raw = StatusMapping.standard.domiq(base)
    world.truth.domiq[lead] = record
    try log(record, base)
    world.truth.edit(
      .domiq, lead: lead, to: StatusMapping.standard.domiq(target), at: world.scheduler.now)
  }

  /// Mostly one side moved on, so that there is something to repair.
  private func drift(_ lead: String, from base: Status) {
    let onward = Status.allCases.filter { base.reaches($0) }
    switch world.random.whole(0...9) {
    case 0...1: break
    case 2...6 where !onward.isEmpty:
      let next = world.random.pick(onward)
      world.truth.edit(
        .domiq, lead: lead, to: StatusMapping.standard.domiq(next), at: world.scheduler.now)
    case 7 where !onward.isEmpty:
      let next = world.random.pick(onward).rawValue
      world.truth.edit(.resman, lead: lead, to: next, at: world.scheduler.now)
    default:
      world.edit(lead)
      if world.random.chance(0.3) { world.edit(lead) }
    }
  }

  private func facts() -> LeadFacts {
    let fields = Field.allCases.filter { _ in world.random.chance(0.85) }
    return LeadFacts(
      leadScore: world.random.chance(0.8) ? 90 : 40, fields: Set(fields))
  }

  /// An agreement of an earlier night.
  private func log(_ record: TrueLead, _ base: Status) throws {
    let version = world.profile.stamp(record.version)
    let entry = LogEntry(
      id: world.random.uuid(), conversationID: record.conversation, leadID: record.lead,
      propertyID: record.property, old: nil, new: base, reason: "", updatedBy: .system,
      direction: .fromResMan, runID: nil, occurredAt: nil,
      notAfter: Instant(microseconds: record.version))
    try world.tables.begin(entry, after: [], now: record.version)
    _ = try world.tables.end(
      entry.id, .success(evidence: .valueMatch, domiqVersion: version, resmanVersion: version),
      attempts: 0, now: record.version)
  }
}

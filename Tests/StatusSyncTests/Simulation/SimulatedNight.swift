import Foundation
import Leads
import Logging

import Changes
@testable import Nightly  // uses `Planning`, internal
@testable import StandIns  // uses `chance`, `unit`, `uuid`, internal
@testable import Store  // uses `RunClock`, internal
import Upstreams

/// One run of the job's core on fakes: recover, pull, plan, guard, repair, verify. The stages are the
/// product's own; the pull and the diff are the fake store's.
struct SimulatedNight: Sendable {
  /// How far a run got.
  struct Ended: Sendable {
    var run: UUID
    var isFinished: Bool
    var planned: Int
  }

  let world: SimulatedWorld
  let life: ProcessLife
  var limits = GuardLimits(repairsPerProperty: 1_000, repairPercent: 100, terminalMoves: 1_000)

  /// Runs to the end, or to the death of the process.
  func run() async -> Ended {
    let run = world.random.uuid()
    world.note("night \(life.number)")
    do {
      let planned = try await work(run)
      return Ended(run: run, isFinished: true, planned: planned)
    } catch {
      world.note("ended by \(error)")
      if !(error is SimulatedLoss) {
        world.violations.append("the run ended with an error of its own: \(error)")
      }
      return Ended(run: run, isFinished: false, planned: 0)
    }
  }

  private func work(_ run: UUID) async throws -> Int {
    let store = SimulatedStore(world: world, life: life)
    let resman = SimulatedResMan(world: world, life: life)
    let domiq = SimulatedDomIQ(world: world, life: life)
    let clock = world.clock(of: life)
    let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
    let startedAt = clock.now()
    try await store.beginRun(run)
    let world = world
    let sender = ChangeSender(
      log: store, resman: resman, domiq: domiq, mapping: .standard, policy: Policy(),
      budget: RetryBudget(), clock: clock, logger: logger, settleSeconds: 60)
    let context = RunContext(
      id: run, startedAt: startedAt, deadline: clock.elapsed() + .seconds(14_400),
      newID: { world.random.uuid() }, drain: Drain(clock: clock, executor: world.scheduler))
    life.stage = "recover"
    let recovered = try await Recover(sender: sender).run(context)
    for _ in 0..<recovered.unsettled { world.reach("recover: unsettled") }
    life.stage = "plan"
    let pulled = try await pull()
    try await store.stage(pulled)
    let plan = try await Planning(
      rows: store, resman: resman, mapping: .standard, policy: Policy(), concurrency: 4,
      now: startedAt
    ).run()
    try await store.take(run, pulled)
    life.stage = "repair"
    let population = Dictionary(grouping: pulled.resman, by: \.property).mapValues(\.count)
    _ = try await Guard(limits: limits).run(run, in: store, population: population)
    let verify = Verify(drift: store, resman: resman, domiq: domiq, mapping: .standard)
    _ = try await Repair(
      drift: store, sender: sender, verify: verify, concurrency: 3, progress: { _ in }
    ).run(context)
    try await store.endRun(run)
    return plan.planned
  }

  /// Reads both systems, property by property; some of it may be missing.
  private func pull() async throws -> Pulled {
    var pulled = Pulled(
      properties: world.properties, domiq: [], resman: [], incomplete: [:])
    for system in System.allCases {
      for property in world.properties {
        await world.scheduler.wait(world.random.time(0.01...0.2))
        if world.dies(life, at: .planning) { throw SimulatedLoss.death }
        var seen = world.seen(system, property.id)
        if world.random.chance(world.profile.pullFaults) {
          pulled.incomplete[system, default: []].insert(property.id)
          seen = seen.filter { _ in world.random.chance(0.5) }
        }
        if system == .resman { pulled.resman += seen } else { pulled.domiq += seen }
      }
    }
    world.pulls[life.number] = pulled
    return pulled
  }
}

extension SimulatedWorld {
  /// A property's leads as a page shows them now, in order.
  fileprivate func seen(_ system: System, _ property: UUID) -> [PulledLead] {
    let leads = (system == .resman ? truth.resman : truth.domiq).values
    return leads.filter { $0.property == property }.sorted { $0.lead < $1.lead }.map { lead in
      PulledLead(
        lead: lead.lead, conversation: system == .domiq ? lead.conversation : nil,
        property: property, raw: lead.raw,
        status: system == .resman
          ? StatusMapping.standard.canonical(resman: lead.raw)
          : StatusMapping.standard.canonical(domiq: lead.raw),
        version: profile.stamp(lead.version),
        facts: lead.facts)
    }
  }

  /// The clock of a process: the wall clock may jump, the monotonic one does not.
  fileprivate func clock(of life: ProcessLife) -> RunClock {
    let start = scheduler.now
    life.startedAt = start
    return RunClock(
      now: { [self] in
        if random.chance(profile.clockJumps) {
          wall += random.pick([-7_200, 7_200, 864_000]) * 1_000_000
          reach("clock jump")
        }
        return Instant(microseconds: scheduler.now + wall)
      },
      elapsed: { [self] in .microseconds(scheduler.now - start) },
      sleep: { [self] duration in
        if life.isDead { throw CancellationError() }
        await scheduler.wait(Int64((duration / .microseconds(1)).rounded(.up)))
        if life.isDead { throw CancellationError() }
      },
      random: { [self] in random.unit() })
  }
}

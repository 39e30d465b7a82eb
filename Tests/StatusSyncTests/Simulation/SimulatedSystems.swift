import Foundation
import Leads

@testable import StandIns  // uses `chance`, `whole`, internal
import Upstreams

/// ResMan as one process of a simulation sees it.
struct SimulatedResMan: ResManAPI {
  let world: SimulatedWorld
  let life: ProcessLife

  func properties() async throws(CallFailure) -> PropertyList {
    PropertyList(world.properties)
  }

  func lead(_ id: String) async -> ReadAnswer {
    await world.read(.resman, lead: id, life: life)
  }

  func update(_ change: StatusChange, etag: String?, until: Duration) async -> WriteAnswer {
    await world.write(.resman, change, etag: etag, until: until, life: life)
  }

  func history(of id: String, limit: Int) async -> HistoryAnswer {
    guard world.profile.offersHistory else { return .notOffered }
    guard case .found = await world.read(.resman, lead: id, life: life, isHistory: true) else {
      return .failed(CallFailure(.timeout, "simulated"))
    }
    let changes = world.truth.resman[id]?.history.reversed() ?? []
    let entries = changes.map {
      HistoryEntry(
        oldStatus: $0.from, newStatus: $0.to, reason: $0.reason, intentID: nil,
        createdAt: world.profile.stamp($0.at))
    }
    let isShort = world.profile.historyIsShort && entries.count > 1
    return .entries(isShort ? Array(entries.prefix(1)) : entries, isComplete: !isShort)
  }
}

/// DomIQ as one process of a simulation sees it.
struct SimulatedDomIQ: DomIQAPI {
  let world: SimulatedWorld
  let life: ProcessLife

  func lead(conversation: UUID) async -> ReadAnswer {
    let lead = world.truth.domiq.values.first { $0.conversation == conversation }
    return await world.read(.domiq, lead: lead?.lead ?? "", life: life)
  }

  func send(_ change: StatusChange, until: Duration) async -> WriteAnswer {
    await world.write(.domiq, change, etag: nil, until: until, life: life)
  }
}

extension SimulatedWorld {
  /// The answer to a dead process: none.
  private static let silence = CallFailure(.cancelled, "the process is dead")

  fileprivate func read(
    _ system: System, lead id: String, life: ProcessLife, isHistory: Bool = false
  ) async -> ReadAnswer {
    guard !dies(life, at: .reading) else { return .failed(Self.silence) }
    await scheduler.wait(random.time(0.001...0.05))
    if random.chance(profile.readFaults) {
      let kinds: [CallFailure.Kind] = [.timeout, .torn, .status(500), .tryLater(seconds: 1)]
      return .failed(CallFailure(random.pick(kinds), "simulated"))
    }
    let slow = profile.readFaults > 0 && random.chance(0.02)
    guard let lead = system == .resman ? truth.resman[id] : truth.domiq[id] else { return .missing }
    let snapshot = LeadSnapshot(
      resmanLeadID: id, conversationID: system == .domiq ? lead.conversation : nil,
      propertyID: lead.property, raw: lead.raw,
      version: profile.stamp(lead.version),
      facts: lead.facts,
      etag: system == .resman && profile.offersETag ? "\"\(lead.version)\"" : nil)
    if random.chance(profile.edits) { edit(id) }
    await scheduler.wait(random.time(slow ? 1...3 : 0.001...0.05))
    guard !life.isDead else { return .failed(Self.silence) }
    if !isHistory { truth.reads["\(system.rawValue) \(id)"] = (scheduler.now, snapshot.raw) }
    note("read \(system) \(id) \(snapshot.raw)")
    return .found(snapshot)
  }

  fileprivate func write(
    _ system: System, _ change: StatusChange, etag: String?, until: Duration,
    life: ProcessLife
  ) async -> WriteAnswer {
    guard !dies(life, at: .committed) else { return .uncertain("dead") }
    // Sometimes the write waits for its turn, because of the rate limit or because the host asked to wait.
    if random.chance(profile.slowStatements) { await scheduler.wait(random.time(0.5...4)) }
    guard !life.isDead else { return .uncertain("dead") }
    guard .microseconds(scheduler.now - life.startedAt) <= until else {
      reach("write too late")
      return .late
    }
    let fault = writeFault(of: change.leadID)
    note("send \(system) \(change.leadID) \(change.new) \(fault) \(change.intentID)")
    if fault == .notSent {
      failedAttempts["\(life.number) \(change.intentID)", default: 0] += 1
      await scheduler.wait(random.time(0.001...2))
      return .notSent("simulated")
    }
    let sending = Sending(
      at: scheduler.now, system: system, intent: change.intentID, lead: change.leadID,
      old: change.old, new: change.new, run: life.number, stage: life.stage)
    checkSending(sending, change, life)
    truth.sendings.append(sending)
    reach("write fault \(fault.rawValue)")
    let arrives = scheduler.now + random.time(fault == .slow ? 1...8 : 0.001...0.05)
    if dies(life, at: .partlySent) {
      arriveLater(system, change, etag: etag)
      return .uncertain("dead")
    }
    await scheduler.wait(arrives - scheduler.now)
    let answer = arrive(system, change, etag: etag, fault: fault)
    if dies(life, at: .applied) { return .uncertain("dead") }
    await scheduler.wait(random.time(0.001...0.05))
    guard !life.isDead else { return .uncertain("dead") }
    switch answer {
    case .acknowledged:
      truth.acknowledged.insert(change.intentID)
      truth.puts["\(system.rawValue) \(change.leadID)"] = (scheduler.now, change.new.rawValue)
    case .uncertain, .unacknowledged:
      failedAttempts["\(life.number) \(change.intentID)", default: 0] += 1
    default: break
    }
    note("answer \(change.intentID) \(answer)")
    return answer
  }

  /// The sender died during the request: its bytes arrive now, later, or never.
  private func arriveLater(_ system: System, _ change: StatusChange, etag: String?) {
    switch random.whole(0...2) {
    case 0: _ = apply(system, change, etag: etag)
    case 1: applyLater(system, change, etag: etag)
    default: break
    }
  }

  private func arrive(
    _ system: System, _ change: StatusChange, etag: String?, fault: FaultProfile.WriteFault
  ) -> WriteAnswer {
    switch fault {
    case .none, .slow, .notSent: return apply(system, change, etag: etag)
    case .tooManyRequests: return .tryLater(seconds: random.pick([nil, 0, 1, 30]))
    case .errorBefore: return .unacknowledged("HTTP 500")
    case .unsuccessful: return .unacknowledged("a 2xx that says success: false")
    case .forbidden: return .forbidden
    case .errorAfter:
      _ = apply(system, change, etag: etag)
      return random.chance(0.5) ? .uncertain("torn") : .unacknowledged("HTTP 500")
    case .late:
      applyLater(system, change, etag: etag)
      return .uncertain("timeout")
    case .notSaved:
      truth.liedAbout.insert(change.intentID)
      return .acknowledged(
        version: system == .resman ? profile.stamp(scheduler.now) : nil, etag: nil,
        notificationsSent: 0, workflowActions: [])
    case .twice:
      let answer = apply(system, change, etag: etag)
      // A change that it refused is not applied a second time.
      guard case .acknowledged = answer else { return answer }
      truth.liedAbout.insert(change.intentID)
      scheduler.alarm(at: scheduler.now + random.time(0.01...40)) { [self] in
        _ = apply(system, change, etag: nil, lie: true)
      }
      return answer
    }
  }

  /// Well within the settle window; later arrivals are not modelled.
  private func applyLater(_ system: System, _ change: StatusChange, etag: String?) {
    // If a script says so, not before the first read.
    let delay = random.time(scripts.isEmpty ? 0.01...40 : 5...40)
    scheduler.alarm(at: scheduler.now + delay) { [self] in
      _ = apply(system, change, etag: etag)
    }
  }

  private func apply(
    _ system: System, _ change: StatusChange, etag: String?, lie: Bool = false
  ) -> WriteAnswer {
    let before = truth.effects.count
    let answer =
      system == .resman
      ? truth.put(change, etag: etag, profile: profile, at: scheduler.now, lie: lie)
      : truth.receive(change, at: scheduler.now, lie: lie)
    note("apply \(system) \(change.leadID) \(change.new) \(answer)")
    if truth.effects.count > before, !lie {
      checkWindow(change)
      checkUndoing(truth.effects[before])
    }
    return answer
  }
}

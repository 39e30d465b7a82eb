import Foundation
import Leads
import Synchronization

@testable import Store  // uses `RunClock`, internal
import Upstreams

/// A ResMan with one lead, in memory. It records the true state, and misbehaves as its script says for each
/// write.
final class ScriptedResMan: ResManAPI {
  /// What happens to one write.
  enum Act: Sendable {
    case take
    /// Applied, but no answer comes.
    case takeAndHang
    /// The same, and staff move the lead on before the next read.
    case takeAndHangThenMove(Status)
    /// No answer comes; it is applied after the lead has been read this many more times.
    case hang(appliedAfterReads: Int?)
    /// The same, and staff move the lead on before the next read.
    case hangThenMove(Status, appliedAfterReads: Int?)
    /// 500; nothing is applied.
    case fail
    case takeAndFail
    /// An earlier request arrives and is applied just before this one, which is refused (412).
    case takeAndRefuse
    /// Acknowledged, but not saved.
    case lie
    case tryLater(Double?)
    case late
    case notSent
    /// Acknowledged, with notifications that were not requested.
    case notify
  }

  struct Write: Sendable {
    var key: UUID
    var status: Status
    var etag: String?
  }

  struct State: Sendable {
    var status: Status
    var version = 0
    var history: [HistoryEntry] = []
    var writes: [Write] = []
    var effects: [UUID] = []
    var reads = 0
    var script: [Act] = []
    var onItsWay: (change: StatusChange, after: Int)?
    var offersHistory = true
    var offersETag = true
    /// The lead that the answers name; nil: they name none. By default the requested one.
    var answersFor: String??
    var historyFails = false
  }

  let state: Mutex<State>

  init(_ status: Status, script: [Act] = []) {
    state = Mutex(State(status: status, script: script))
  }

  func properties() async throws(CallFailure) -> PropertyList { PropertyList([]) }

  func lead(_ id: String) async -> ReadAnswer {
    state.withLock { state in
      state.reads += 1
      if let waiting = state.onItsWay, state.reads > waiting.after {
        state.onItsWay = nil
        Self.apply(waiting.change, to: &state)
      }
      return .found(
        LeadSnapshot(
          resmanLeadID: state.answersFor ?? id, raw: state.status.rawValue,
          version: Self.stamp(state.version),
          etag: state.offersETag ? "\"\(state.version)\"" : nil))
    }
  }

  func update(_ change: StatusChange, etag: String?, until: Duration) async -> WriteAnswer {
    state.withLock { state in
      let act = state.script.isEmpty ? .take : state.script.removeFirst()
      if case .late = act { return .late }
      if case .notSent = act { return .notSent("no connection") }
      if case .tryLater(let seconds) = act { return .tryLater(seconds: seconds) }
      state.writes.append(Write(key: change.intentID, status: change.new, etag: etag))
      if case .fail = act { return .unacknowledged("HTTP 500") }
      if case .hang(let reads) = act {
        if let reads { state.onItsWay = (change, state.reads + reads) }
        return .uncertain("timeout")
      }
      if case .hangThenMove(let status, let reads) = act {
        if let reads { state.onItsWay = (change, state.reads + reads) }
        state.status = status
        state.version += 1
        return .uncertain("timeout")
      }
      if let etag, etag != "\"\(state.version)\"" { return .changed }
      guard state.status.allows(change.new) else { return .conflict }
      if case .lie = act { return Self.acknowledgement(state, notified: 0) }
      Self.apply(change, to: &state)
      switch act {
      case .takeAndHang: return .uncertain("timeout")
      case .takeAndHangThenMove(let status):
        state.status = status
        state.version += 1
        return .uncertain("timeout")
      case .takeAndFail: return .unacknowledged("HTTP 500")
      case .takeAndRefuse: return .changed
      case .notify: return Self.acknowledgement(state, notified: 2)
      default: return Self.acknowledgement(state, notified: 0)
      }
    }
  }

  func history(of id: String, limit: Int) async -> HistoryAnswer {
    state.withLock { state in
      if state.historyFails { return .failed(CallFailure(.status(500), "HTTP 500")) }
      return state.offersHistory ? .entries(state.history, isComplete: true) : .notOffered
    }
  }

  /// Staff move the lead.
  func edit(_ status: Status) {
    state.withLock { state in
      state.status = status
      state.version += 1
    }
  }

  static func stamp(_ version: Int) -> String {
    Instant(microseconds: 1_790_000_000_000_000 + Int64(version) * 1_000_000).iso8601
  }

  private static func apply(_ change: StatusChange, to state: inout State) {
    guard state.status.allows(change.new) else { return }
    state.version += 1
    state.history.insert(
      HistoryEntry(
        oldStatus: state.status.rawValue, newStatus: change.new.rawValue, reason: change.reason,
        intentID: change.intentID.uuidString, createdAt: stamp(state.version)), at: 0)
    state.status = change.new
    state.effects.append(change.intentID)
  }

  private static func acknowledgement(_ state: State, notified: Int) -> WriteAnswer {
    .acknowledged(
      version: stamp(state.version), etag: state.offersETag ? "\"\(state.version)\"" : nil,
      notificationsSent: notified, workflowActions: [])
  }
}

/// A DomIQ with one conversation, which is never written.
struct StillDomIQ: DomIQAPI {
  var raw: String
  var lead: String? = "L-1"

  func lead(conversation: UUID) async -> ReadAnswer {
    .found(
      LeadSnapshot(
        resmanLeadID: lead, conversationID: conversation, raw: raw,
        version: ScriptedResMan.stamp(1)))
  }

  func send(_ change: StatusChange, until: Duration) async -> WriteAnswer {
    .notSent("not offered")
  }
}

/// A ResMan of which every read of one lead takes long and fails.
struct ResManWithASlowLead: ResManAPI {
  let resman: ScriptedResMan
  let slow: String
  let clock: RunClock

  func properties() async throws(CallFailure) -> PropertyList { PropertyList([]) }

  func lead(_ id: String) async -> ReadAnswer {
    guard id == slow else { return await resman.lead(id) }
    try? await clock.sleep(.seconds(40))
    return .failed(CallFailure(.timeout, "no complete answer in time"))
  }

  func update(_ change: StatusChange, etag: String?, until: Duration) async -> WriteAnswer {
    await resman.update(change, etag: etag, until: until)
  }

  func history(of id: String, limit: Int) async -> HistoryAnswer {
    await resman.history(of: id, limit: limit)
  }
}

/// A log of which somebody else settles the rows, too, and is always a little faster.
struct OvertakenLog: IntentLog {
  let log: SyncLog

  func begin(_ pending: LogEntry, after history: [LogEntry]) async throws -> Instant {
    try await log.begin(pending, after: history)
  }

  func record(_ history: LogEntry) async throws { try await log.record(history) }

  func sendingAgain(lead: String, after sentAt: Instant?) async throws -> Instant? {
    _ = try await log.sendingAgain(lead: lead, after: sentAt)
    return try await log.sendingAgain(lead: lead, after: sentAt)
  }

  func end(_ id: UUID, _ end: LogEnd, attempts: Int) async throws -> Bool {
    try await log.end(id, end, attempts: attempts)
  }

  func sawInDomIQ(_ lead: String, raw: String, status: Status?, version: String?) async throws {
    try await log.sawInDomIQ(lead, raw: raw, status: status, version: version)
  }

  func pending() async throws -> [PendingRow] { try await log.pending() }
}

/// A clock that moves only while somebody sleeps.
final class StoppedClock: Sendable {
  private let time = Mutex<Duration>(.zero)

  var clock: RunClock {
    RunClock(
      now: { Instant(microseconds: 1_800_000_000_000_000) }, elapsed: { self.elapsed },
      sleep: { duration in
        try Task.checkCancellation()
        self.time.withLock { $0 += duration }
      }, random: { 0.5 })
  }

  var elapsed: Duration { time.withLock { $0 } }
}

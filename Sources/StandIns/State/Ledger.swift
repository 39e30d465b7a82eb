import Synchronization

/// What really happened: every request that arrived, every change that was made, every answer that
/// went out or did not. Faults make the stand-ins lie to their callers; the ledger never lies.
///
/// One counter runs through all three lists, so their order in time is known.
public final class Ledger: Sendable {
  /// A request, written down before anything is done about it.
  public struct Arrival: Codable, Sendable, Equatable {
    public var seq: Int
    /// Microseconds since 1970 UTC.
    public var at: Int64
    public var system: StandInSystem
    public var method: String
    /// Path and query as sent.
    public var target: String
    public var route: StandInRoute?
    /// The lead or conversation named in the path.
    public var id: String?
    /// `Idempotency-Key` or `webhook-id`.
    public var key: String?
    /// SHA-256 of the body; nil without a body.
    public var bodyDigest: String?
  }

  /// A change that was made, by a request or by the system's own people.
  public struct Effect: Codable, Sendable, Equatable {
    public enum Cause: String, Codable, Sendable { case put, webhook, edit }
    public var seq: Int
    /// The arrival that caused it; nil for an edit.
    public var arrival: Int?
    public var system: StandInSystem
    public var cause: Cause
    /// ResMan's lead id; in DomIQ nil for a conversation without one.
    public var lead: String?
    public var conversation: String?
    /// Raw statuses; equal if an edit changed something else.
    public var from: String
    public var to: String
    public var key: String?
    /// The record's `updated_at` after it.
    public var version: String
  }

  /// What was answered to an arrival.
  public struct Reply: Codable, Sendable, Equatable {
    public var seq: Int
    public var arrival: Int
    public var status: Int
    /// Whether the whole body was handed to the connection.
    public var sent: Bool
    /// An earlier answer given again for the same key.
    public var replayed: Bool
    /// The faults that struck the request.
    public var faults: [Fault.Kind]
    /// Whether the caller was told that its change was made: a complete 2xx.
    public var isAcknowledgement: Bool { sent && (200..<300).contains(status) }
  }

  /// The three lists at one moment.
  public struct Reading: Codable, Sendable, Equatable {
    public var arrivals: [Arrival] = []
    public var effects: [Effect] = []
    public var replies: [Reply] = []
  }

  private struct State {
    var seq = 0
    var reading = Reading()
    var replyOfArrival: [Int: Int] = [:]
  }

  private let state = Mutex(State())
  private let clock: @Sendable () -> Int64

  init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }

  /// Everything up to now.
  public var reading: Reading { state.withLock { $0.reading } }

  /// The requests of one route, oldest first.
  public func arrivals(_ system: StandInSystem, _ route: StandInRoute) -> [Arrival] {
    reading.arrivals.filter { $0.system == system && $0.route == route }
  }

  /// The changes made by requests, oldest first.
  public var applied: [Effect] { reading.effects.filter { $0.cause != .edit } }

  /// Forgets everything; the counter goes on.
  public func clear() {
    state.withLock {
      $0.reading = Reading()
      $0.replyOfArrival = [:]
    }
  }

  func arrive(_ call: Call) -> Int {
    let found = call.route
    return state.withLock { state in
      state.seq += 1
      state.reading.arrivals.append(
        Arrival(
          seq: state.seq, at: clock(), system: call.system, method: call.method,
          target: call.target, route: found?.route, id: found?.id, key: call.key,
          bodyDigest: call.bodyDigest))
      return state.seq
    }
  }

  func took(_ effect: Effect) {
    state.withLock { state in
      state.seq += 1
      var effect = effect
      effect.seq = state.seq
      state.reading.effects.append(effect)
    }
  }

  /// Written before the first byte goes out, so that a caller who has the answer finds it here.
  func reply(to arrival: Int, _ answer: Answer, sent: Bool, faults: [Fault.Kind]) {
    state.withLock { state in
      state.seq += 1
      state.replyOfArrival[arrival] = state.reading.replies.count
      state.reading.replies.append(
        Reply(
          seq: state.seq, arrival: arrival, status: answer.status, sent: sent,
          replayed: answer.headers[replayedHeader] != nil, faults: faults))
    }
  }

  /// The connection broke before the whole body was out.
  func replyWasNotSent(to arrival: Int) {
    state.withLock { state in
      guard let index = state.replyOfArrival[arrival] else { return }
      state.reading.replies[index].sent = false
    }
  }
}

/// Marks an answer given again for the same key.
let replayedHeader = "Idempotency-Replayed"

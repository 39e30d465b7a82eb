import Synchronization

/// A record of what really happened: every request that arrived, every change that was made, every answer
/// that was sent or not. Faults make the stand-ins give false answers; the ledger is always true.
///
/// One counter runs through all three lists, so their order in time is known.
package final class Ledger: Sendable {
  /// A request, written down before anything is done about it.
  package struct Arrival: Codable, Sendable, Equatable {
    package var seq: Int
    /// Microseconds since 1970 UTC.
    package var at: Int64
    package var system: StandInSystem
    package var method: String
    /// Path and query as sent.
    package var target: String
    package var route: StandInRoute?
    /// The lead or conversation named in the path.
    package var id: String?
    /// `Idempotency-Key` or `webhook-id`.
    package var key: String?
    /// SHA-256 of the body; nil without a body.
    package var bodyDigest: String?
    /// As sent.
    package var traceparent: String?
  }

  /// A change that was made, by a request or by the system's own people.
  package struct Effect: Codable, Sendable, Equatable {
    package enum Cause: String, Codable, Sendable { case put, webhook, edit }
    package var seq: Int
    /// The arrival that caused it; nil for an edit.
    package var arrival: Int?
    package var system: StandInSystem
    package var cause: Cause
    /// ResMan's lead id; in DomIQ nil for a conversation without one.
    package var lead: String?
    package var conversation: String?
    /// Raw statuses; equal if an edit changed something else.
    package var from: String
    package var to: String
    package var key: String?
    /// The record's `updated_at` after it.
    package var version: String
  }

  /// What was answered to an arrival.
  package struct Reply: Codable, Sendable, Equatable {
    package var seq: Int
    package var arrival: Int
    package var status: Int
    /// Whether the whole body was handed to the connection.
    package var sent: Bool
    /// An earlier answer given again for the same key.
    package var replayed: Bool
    /// The faults that were applied to the request.
    package var faults: [Fault.Kind]
    /// Whether the caller was told that its change was made: a complete 2xx.
    package var isAcknowledgement: Bool { sent && (200..<300).contains(status) }
  }

  /// The three lists at one moment.
  package struct Reading: Codable, Sendable, Equatable {
    package var arrivals: [Arrival] = []
    package var effects: [Effect] = []
    package var replies: [Reply] = []
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
  package var reading: Reading { state.withLock { $0.reading } }

  /// The requests of one route, oldest first.
  package func arrivals(_ system: StandInSystem, _ route: StandInRoute) -> [Arrival] {
    reading.arrivals.filter { $0.system == system && $0.route == route }
  }

  /// The changes made by requests, oldest first.
  package var applied: [Effect] { reading.effects.filter { $0.cause != .edit } }

  /// Forgets everything; the counter goes on.
  package func clear() {
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
          bodyDigest: call.bodyDigest, traceparent: call.headers["traceparent"]))
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

import Foundation
import Leads
import Postgres
import Store
import Synchronization

/// Handles requests for status changes: each is answered in time, whatever ResMan does, and made once, however often it
/// is repeated.
package struct StatusChangeService: Sendable {
  /// An answer, and whether it was given before.
  package struct Reply: Sendable, Equatable {
    package var status: Int
    /// JSON.
    package var body: String
    package var isReplayed: Bool

    package init(status: Int, body: String, isReplayed: Bool) {
      self.status = status
      self.body = body
      self.isReplayed = isReplayed
    }
  }

  package let update: StatusUpdate
  package let idempotency: Idempotency
  package let inFlight: InFlight
  /// The turns for calls to ResMan.
  package let turns: FairQueue
  /// The caller is answered within this time.
  package let timeout: Duration
  package let newID: @Sendable () -> UUID

  package init(
    update: StatusUpdate, idempotency: Idempotency, inFlight: InFlight, turns: FairQueue,
    timeout: Duration, newID: @escaping @Sendable () -> UUID
  ) {
    self.update = update
    self.idempotency = idempotency
    self.inFlight = inFlight
    self.turns = turns
    self.timeout = timeout
    self.newID = newID
  }

  /// Makes the change, or says why not.
  /// - Parameters:
  ///   - key: the `Idempotency-Key`; null: the request counts as new.
  ///   - digest: of the whole request.
  ///   - requestID: `X-Request-Id`, stored with a problem for a repeated request.
  ///   - since: when the request arrived, by the clock.
  /// - Throws: `Problem`; anything else is a failure of the database, and nothing was lost.
  package func change(
    lead: String, _ request: StatusUpdate.Request, caller: Caller, key: String?, digest: String,
    requestID: String?, since: Duration
  ) async throws -> Reply {
    let intent = newID()
    let commitPoint = CommitPoint()
    let service = self
    let reply = try await inFlight.run(
      of: caller.id, within: max(timeout - (update.sender.clock.elapsed() - since), .zero)
    ) {
      try await service.work(
        lead: lead, request, caller: caller, key: key, digest: digest, requestID: requestID,
        intent: intent, commitPoint: commitPoint)
    }
    if let reply { return reply }
    guard commitPoint.abandon() else {
      throw Problem(.unresolved, "ResMan has not answered in time", intentID: intent)
    }
    throw Problem(.unavailable, "the lead could not be read in time", retryAfter: 5)
  }

  private func work(
    lead: String, _ request: StatusUpdate.Request, caller: Caller, key: String?, digest: String,
    requestID: String?, intent: UUID, commitPoint: CommitPoint
  ) async throws -> Reply {
    if let key {
      let claim = try await idempotency.claim(key, digest: digest, caller: caller, intent: intent)
      if case .answered(let kept) = claim {
        return Reply(status: kept.status, body: kept.body, isReplayed: true)
      }
    }
    do {
      let answer = try await turns.turn(of: caller.id) {
        // A request whose time limit has passed makes no call.
        try commitPoint.check()
        return try await update.run(
          lead: lead, request, caller: caller, intent: intent,
          onSending: { try commitPoint.commit() })
      }
      return Reply(status: 200, body: try JSON.encode(answer), isReplayed: false)
    } catch let problem as Problem {
      if key != nil { try await settle(problem, requestID: requestID, intent: intent) }
      throw problem
    } catch let error as PostgresError where commitPoint.isCommitted {
      throw Problem(
        .unresolved, "the end of the change could not be recorded: \(error.label)",
        intentID: intent)
    }
  }

  /// Releases or keeps the key after a problem; an unresolved change keeps it until the outcome is known.
  private func settle(_ problem: Problem, requestID: String?, intent: UUID) async throws {
    guard problem.kind != .unresolved else { return }
    guard problem.kind.isFinal else { return try await idempotency.release(intent: intent) }
    let body = try JSON.encode(problem.body(requestID: requestID))
    try await idempotency.keep(.init(status: problem.kind.status, body: body), intent: intent)
  }
}

/// Whether a change may still be abandoned without effect.
final class CommitPoint: Sendable {
  private enum Stage { case preparing, committed, abandoned }
  private let stage = Mutex(Stage.preparing)

  var isCommitted: Bool { stage.withLock { $0 == .committed } }

  /// Abandons the change.
  /// - Returns: false where it is too late, and the change may be made.
  func abandon() -> Bool {
    stage.withLock {
      if $0 == .preparing { $0 = .abandoned }
      return $0 == .abandoned
    }
  }

  /// - Throws: if it has been abandoned.
  func check() throws {
    guard stage.withLock({ $0 != .abandoned }) else {
      throw Problem(.unavailable, retryAfter: 5)
    }
  }

  /// From here on the change may happen.
  func commit() throws {
    try stage.withLock {
      guard $0 == .preparing else { throw Problem(.unavailable, retryAfter: 5) }
      $0 = .committed
    }
  }
}

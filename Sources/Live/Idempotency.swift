import Foundation
import Postgres
import Store

/// The answers given to requests with an `Idempotency-Key`: the same key and request get the first
/// answer again, another request 422, and 409 while the first is being worked on.
package struct Idempotency: Sendable {
  /// Seconds for which a claim without an answer counts as in progress.
  static let workingSeconds = 15.0

  package let database: any ConnectionLender

  package init(database: any ConnectionLender) {
    self.database = database
  }

  /// An answer as it was given.
  package struct Kept: Sendable, Equatable {
    package var status: Int
    package var body: String

    package init(status: Int, body: String) {
      self.status = status
      self.body = body
    }
  }

  /// The state of a key.
  package enum Claim: Sendable {
    /// The request is the first, or the one before had no effect.
    case fresh
    case answered(Kept)
  }

  /// Claims a key for a request that will make the row `intent`.
  /// - Throws: `Problem` where the key is in use, or the outcome of its first request is not known.
  func claim(_ key: String, digest: String, caller: Caller, intent: UUID) async throws -> Claim {
    try await database.withConnection { connection in
      try await connection.transaction { db in
        let inserted = try db.execute(
          SQL(file: PackageResources.idempotency_claim_sql, caller.id, key, digest, intent))
        if inserted == 1 { return .fresh }
        guard
          let row = try db.queryOne(
            SQL(file: PackageResources.idempotency_find_sql, caller.id, key))
        else { throw Problem(.requestInFlight, retryAfter: 1) }
        guard try row["request_digest"] as String == digest else { throw Problem(.keyReused) }
        if let status: Int = try row["status"] {
          return .answered(Kept(status: status, body: try row["body"] ?? ""))
        }
        let age: Double = try row["age_seconds"]
        guard age >= Self.workingSeconds else { throw Problem(.requestInFlight, retryAfter: 1) }
        let earlier: UUID = try row["intent_id"]
        let state = try db.queryOne(.logRow(earlier))
        if try state?["sync_status"] as String? == "pending" {
          throw Problem(
            .unresolved, "ResMan did not say whether it took the change", intentID: earlier)
        }
        try db.execute(
          SQL(file: PackageResources.idempotency_take_over_sql, caller.id, key, intent))
        return .fresh
      }
    }
  }

  /// Keeps the answer of the request that claimed its key with this intent.
  func keep(_ answer: Kept, intent: UUID) async throws {
    try await database.withConnection { connection in
      _ = try await connection.execute(
        .keepAnswer(to: intent, status: answer.status, body: answer.body))
    }
  }

  /// Releases the key: nothing was done, and the request may be repeated.
  package func release(intent: UUID) async throws {
    try await database.withConnection { connection in
      _ = try await connection.execute(
        .releaseKey(of: intent))
    }
  }
}

extension Problem.Kind {
  /// Whether the same request would have the same problem again, so that its answer is stored.
  var isFinal: Bool {
    switch self {
    case .notFound, .illegalTransition, .refusedByResMan, .changedSince, .conditionsNotMet: true
    default: false
    }
  }
}

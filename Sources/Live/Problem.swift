import Foundation

/// Why a request is refused or failed (RFC 9457). The type is stable; neither title nor detail names a table, a path or
/// a host.
package struct Problem: Error, Sendable, Equatable {
  /// Every problem there is. The type is `urn:status-sync:problem:` and the raw value.
  package enum Kind: String, Sendable, CaseIterable {
    case malformedRequest = "malformed-request"
    case unauthorized
    case foreignAuthor = "foreign-author"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case requestTimeout = "request-timeout"
    case illegalTransition = "illegal-transition"
    case changeInFlight = "change-in-flight"
    case requestInFlight = "request-in-flight"
    case refusedByResMan = "refused-by-resman"
    case notWritten = "not-written"
    case changedSince = "changed-since"
    case bodyTooLarge = "body-too-large"
    case unsupportedMediaType = "unsupported-media-type"
    case invalidRequest = "invalid-request"
    case unknownStatus = "unknown-status"
    case conditionsNotMet = "conditions-not-met"
    case keyReused = "idempotency-key-reused"
    case tryLater = "try-later"
    case internalError = "internal-error"
    case resmanRefusesUs = "resman-refuses-us"
    case unavailable
    case unresolved

    /// The HTTP status.
    package var status: Int {
      switch self {
      case .malformedRequest: 400
      case .unauthorized: 401
      case .foreignAuthor: 403
      case .notFound: 404
      case .methodNotAllowed: 405
      case .requestTimeout: 408
      case .illegalTransition, .changeInFlight, .requestInFlight, .refusedByResMan, .notWritten: 409
      case .changedSince: 412
      case .bodyTooLarge: 413
      case .unsupportedMediaType: 415
      case .invalidRequest, .unknownStatus, .conditionsNotMet, .keyReused: 422
      case .tryLater: 429
      case .internalError: 500
      case .resmanRefusesUs: 502
      case .unavailable: 503
      case .unresolved: 504
      }
    }

    /// The same for every problem of this kind.
    package var title: String {
      switch self {
      case .malformedRequest: "The request cannot be read"
      case .unauthorized: "No valid key or signature"
      case .foreignAuthor: "This key may not write as that author"
      case .notFound: "Not found"
      case .methodNotAllowed: "This path does not take that method"
      case .requestTimeout: "The request took too long to arrive"
      case .illegalTransition: "Transition not allowed"
      case .changeInFlight: "Another change of this lead is under way"
      case .requestInFlight: "The same request is still being worked on"
      case .refusedByResMan: "ResMan refused the change"
      case .notWritten: "StatusSync does not write this change to ResMan"
      case .changedSince: "The lead changed meanwhile"
      case .bodyTooLarge: "The body is too large"
      case .unsupportedMediaType: "The body is not application/json"
      case .invalidRequest: "The request is not valid"
      case .unknownStatus: "Unknown status"
      case .conditionsNotMet: "The conditions of the new status are not met"
      case .keyReused: "This Idempotency-Key was used for a different request"
      case .tryLater: "Try again later"
      case .internalError: "Internal error"
      case .resmanRefusesUs: "ResMan does not let StatusSync in"
      case .unavailable: "A system behind this one cannot be reached; nothing was changed"
      case .unresolved: "The change may have been made; its outcome is not confirmed yet"
      }
    }

    package var type: String { "urn:status-sync:problem:\(rawValue)" }
  }

  package var kind: Kind
  package var detail: String?
  /// Conditions not met, each of them.
  package var unmet: [String]
  /// What is wrong with the request, each as place and fault.
  package var errors: [String]
  package var intentID: UUID?
  /// Seconds.
  package var retryAfter: Int?

  package init(
    _ kind: Kind, _ detail: String? = nil, unmet: [String] = [], errors: [String] = [],
    intentID: UUID? = nil, retryAfter: Int? = nil
  ) {
    self.kind = kind
    self.detail = detail
    self.unmet = unmet
    self.errors = errors
    self.intentID = intentID
    self.retryAfter = retryAfter
  }

  /// `application/problem+json`.
  /// - Parameter requestID: of the request with the problem.
  package func body(requestID: String?) -> ProblemBody {
    ProblemBody(
      type: kind.type, title: kind.title, status: kind.status, detail: detail,
      unmet: unmet.isEmpty ? nil : unmet, errors: errors.isEmpty ? nil : errors,
      intent_id: intentID?.uuidString.lowercased(), request_id: requestID)
  }
}

/// The members of a problem as sent.
package struct ProblemBody: Codable, Sendable, Equatable {
  package var type: String
  package var title: String
  package var status: Int
  package var detail: String?
  package var unmet: [String]?
  package var errors: [String]?
  package var intent_id: String?
  /// `X-Request-Id` of the request, which the log has too.
  package var request_id: String?
}

import Crypto
import Foundation

/// The system that a stand-in imitates.
package enum StandInSystem: String, Codable, Sendable, CaseIterable {
  case resman, domiq
}

/// The routes of the contracts; faults are switched per route.
package enum StandInRoute: String, Codable, Sendable, CaseIterable {
  /// ResMan's and DomIQ's pages of leads.
  case leads
  /// ResMan's list of properties.
  case properties
  /// One lead by id: ResMan's by lead id, DomIQ's by conversation id.
  case lead
  /// ResMan's PUT of a status.
  case status
  /// ResMan's status history.
  case history
  /// DomIQ's webhook receiver.
  case webhook
}

/// One request as a stand-in sees it, its body read whole.
struct Call: Sendable {
  var system: StandInSystem
  var method: String
  /// The path without the query, and its parts with percent-escapes undone.
  var path: String
  var segments: [String]
  var query: [String: String]
  /// The target as sent, for the ledger.
  var target: String
  /// Names in lower case.
  var headers: [String: String]
  var body: [UInt8]

  /// `Idempotency-Key` of a PUT, `webhook-id` of a webhook.
  var key: String? { headers["idempotency-key"] ?? headers["webhook-id"] }

  /// SHA-256 of the body in hexadecimal digits; nil for an empty body.
  var bodyDigest: String? { body.isEmpty ? nil : digest(of: body) }

  /// The route this call is for and the id in its path, or nil if the contracts have none there.
  var route: (route: StandInRoute, id: String?)? {
    switch (system, segments) {
    case (.resman, ["api", "resman", "leads"]): (.leads, nil)
    case (.resman, ["api", "resman", "properties"]): (.properties, nil)
    case (.domiq, ["api", "leads"]): (.leads, nil)
    case (.domiq, ["api", "resman", "webhooks", "status-update"]): (.webhook, nil)
    default: routeWithID
    }
  }

  private var routeWithID: (route: StandInRoute, id: String?)? {
    switch system {
    case .resman:
      guard segments.count >= 4, segments[0...2] == ["api", "resman", "leads"] else { return nil }
      let id = segments[3]
      switch segments.dropFirst(4) {
      case []: return (.lead, id)
      case ["status"]: return (.status, id)
      case ["status-history"]: return (.history, id)
      default: return nil
      }
    case .domiq:
      guard segments.count == 3, segments[0...1] == ["api", "leads"] else { return nil }
      return (.lead, segments[2])
    }
  }
}

extension StandInRoute {
  /// The one method each route takes.
  var method: String {
    switch self {
    case .leads, .properties, .lead, .history: "GET"
    case .status: "PUT"
    case .webhook: "POST"
    }
  }
}

/// SHA-256 in hexadecimal digits.
func digest(of bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { byte in
    let text = String(byte, radix: 16)
    return byte < 16 ? "0" + text : text
  }.joined()
}

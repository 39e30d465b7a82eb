import Foundation

/// The credentials of callers. The defaults are made-up values for demos and tests.
package struct Credentials: Sendable, Codable, Equatable {
  package var resmanToken: String
  package var domiqToken: String
  /// Standard Webhooks secret: `whsec_` and base64.
  package var webhookSecret: String

  package init(
    resmanToken: String = "stand-in-resman-token", domiqToken: String = "stand-in-domiq-token",
    webhookSecret: String = "whsec_c3RhbmQtaW4td2ViaG9vay1zZWNyZXQtMDEyMzQ1Njc4OQ=="
  ) {
    self.resmanToken = resmanToken
    self.domiqToken = domiqToken
    self.webhookSecret = webhookSecret
  }
}

/// Optional features of the systems. Not every ResMan has all of them, and StatusSync must work without any.
package struct Capabilities: Sendable, Codable, Equatable {
  /// ResMan's status history; 404 without.
  package var history: Bool
  /// `ETag` on answers and `If-Match` on PUT; not sent and ignored without.
  package var etag: Bool
  /// The tags are weak, as a proxy that compresses makes them: none matches an `If-Match`.
  package var weakETag: Bool
  /// `Idempotency-Key` on PUT; ignored without.
  package var idempotency: Bool
  /// ResMan's read of one lead; 405 without.
  package var resmanReadByID: Bool
  /// DomIQ's read of one conversation; 405 without.
  package var domiqReadByID: Bool

  package init(
    history: Bool = true, etag: Bool = true, weakETag: Bool = false, idempotency: Bool = true,
    resmanReadByID: Bool = true, domiqReadByID: Bool = true
  ) {
    self.history = history
    self.etag = etag
    self.weakETag = weakETag
    self.idempotency = idempotency
    self.resmanReadByID = resmanReadByID
    self.domiqReadByID = domiqReadByID
  }

  enum CodingKeys: String, CodingKey {
    case history, etag, idempotency
    case weakETag = "weak_etag"
    case resmanReadByID = "resman_read_by_id"
    case domiqReadByID = "domiq_read_by_id"
  }

  /// Keys left out are switched on; weak tags are not.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    func flag(_ key: CodingKeys) throws -> Bool {
      try keys.decodeIfPresent(Bool.self, forKey: key) ?? true
    }
    self.init(
      history: try flag(.history), etag: try flag(.etag),
      weakETag: try keys.decodeIfPresent(Bool.self, forKey: .weakETag) ?? false,
      idempotency: try flag(.idempotency),
      resmanReadByID: try flag(.resmanReadByID), domiqReadByID: try flag(.domiqReadByID))
  }
}

extension Capabilities {
  /// A lead's tag as it is printed; nil where none is offered.
  func tag(_ strong: String) -> String? { etag ? (weakETag ? "W/" + strong : strong) : nil }
}

/// The port of each system on the loopback interface; 0 takes a free one.
package struct Ports: Sendable, Equatable {
  package var resman: Int
  package var domiq: Int

  package init(resman: Int = 0, domiq: Int = 0) {
    self.resman = resman
    self.domiq = domiq
  }
}

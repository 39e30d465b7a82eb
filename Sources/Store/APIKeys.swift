import Crypto
import Foundation
import Leads
import Postgres

/// One key as listed, without the key itself, which cannot be shown again.
package struct APIKeyLine: Codable, Sendable, Equatable {
  @CanonicalUUID package var id: UUID
  package var name: String
  /// The key's first characters.
  package var hint: String
  package var updated_by: String
  /// Null: every property.
  package var properties: [String]?
  package var created_at: String
  package var revoked_at: String?
}

/// A new key; the only time that the key itself is shown.
package struct NewAPIKey: Codable, Sendable {
  @CanonicalUUID package var id: UUID
  package var name: String
  package var key: String
}

/// The keys of the live API's callers. Only their SHA-256 is stored: a key has 256 random bits, so it cannot be found by
/// trying.
package struct APIKeys: Sendable {
  let lender: any ConnectionLender

  package init(_ lender: any ConnectionLender) {
    self.lender = lender
  }

  /// Makes a key.
  /// - Parameters:
  ///   - updatedBy: the only author it may write as.
  ///   - properties: the properties that it may see; null: every property.
  /// - Returns: null where there is a usable key of that name.
  package func create(
    name: String, updatedBy: Author, properties: [UUID]?
  ) async throws -> NewAPIKey? {
    var generator = SystemRandomNumberGenerator()
    let secret = (0..<4).map { _ in
      let word = generator.next()
      return (0..<8).map { Self.hex(UInt8(truncatingIfNeeded: word >> (8 * $0))) }.joined()
    }.joined()
    let new = NewAPIKey(id: UUID(), name: name, key: "sts_\(secret)")
    let inserted = try await lender.withConnection { connection in
      try await connection.execute(
        SQL(
          file: PackageResources.api_key_create_sql, new.id, name, Self.hash(new.key),
          String(new.key.prefix(8)), updatedBy.rawValue, properties))
    }
    return inserted == 1 ? new : nil
  }

  /// Every key, newest first.
  package func list() async throws -> [APIKeyLine] {
    try await lender.withConnection { connection in
      try await connection.query(SQL(file: PackageResources.api_key_list_sql))
    }.map { try JSON.decode(try $0["key"]) }
  }

  /// Revokes a key from the next request on.
  /// - Parameter key: its id or name.
  /// - Returns: false where there is no such usable key.
  package func revoke(_ key: String) async throws -> Bool {
    try await lender.withConnection { connection in
      try await connection.execute(SQL(file: PackageResources.api_key_revoke_sql, key)) > 0
    }
  }

  /// The caller with this key; null where it is unknown or revoked.
  package func caller(_ key: String) async throws -> Caller? {
    guard key.utf8.count <= 256 else { return nil }
    let row = try await lender.withConnection { connection in
      try await connection.queryOne(
        SQL(file: PackageResources.api_key_find_sql, Self.hash(key)))
    }
    guard let row else { return nil }
    let properties: [UUID]? = try row["properties"]
    return Caller(
      id: try row["id"], name: try row["name"], updatedBy: try row.author(),
      properties: properties.map(Set.init))
  }

  private static func hash(_ key: String) -> String {
    SHA256.hash(data: Array(key.utf8)).map(hex).joined()
  }

  private static func hex(_ byte: UInt8) -> String {
    String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }
}

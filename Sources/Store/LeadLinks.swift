import Foundation
import Postgres

/// The links of `lead_link`, as the reader of DomIQ's database needs them: one property, or one conversation, at a time.
package struct LeadLinks: Sendable {
  private let connect: @Sendable () async throws -> PostgresConnection

  /// - Parameter connect: opens one more connection to the database.
  package init(connect: @escaping @Sendable () async throws -> PostgresConnection) {
    self.connect = connect
  }

  /// The leads of the property's conversations that are linked, or that the pull under way links.
  package func leads(of property: UUID) async throws -> [UUID: String] {
    try await query { connection in
      try await connection.query(SQL(file: PackageResources.links_of_property_sql, property))
        .reduce(into: [:]) { $0[try $1["conversation_id"]] = try $1["resman_lead_id"] as String }
    }
  }

  /// The lead that a conversation is linked with; null where it is not.
  package func lead(of conversation: UUID) async throws -> String? {
    try await query { connection in
      try await connection.queryOne(
        SQL(file: PackageResources.link_of_conversation_sql, conversation))?["resman_lead_id"]
    }
  }

  private func query<T: Sendable>(
    _ body: (PostgresConnection) async throws -> T
  ) async throws -> T {
    let connection = try await connect()
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }
}

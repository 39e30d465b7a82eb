import Foundation
import Leads
import Links
import Postgres
import Pulls
import Store
import Upstreams

/// One proposed link, as `link list` shows it.
package struct ProposedLink: Codable, Sendable, Equatable {
  @CanonicalUUID package var conversation_id: UUID
  package var resman_lead_id: String
  @CanonicalUUID package var property_id: UUID
  /// `email` or `phone`.
  package var how: String
  /// The contacts that both have, masked.
  package var evidence: String
  /// Why it waits for a person; null: the next night links it.
  package var obstacle: String?
  /// When the contacts were compared, ISO 8601.
  package var seen_at: String
}

/// One link, as `link list --made` shows it.
package struct MadeLink: Codable, Sendable, Equatable {
  @CanonicalUUID package var conversation_id: UUID
  package var resman_lead_id: String
  @CanonicalUUID package var property_id: UUID
  package var how: String
  /// When and by whom; `night` is the program.
  package var linked_at: String
  package var by: String
  /// Masked; null: a person decided without one, or the lead was erased.
  package var evidence: String?
}

/// Why a link cannot be made by a person.
package struct LinkRefused: CodedError, Equatable, CustomStringConvertible {
  package var description: String
  package var errorCode: ErrorCode { .link }
}

/// The links and the proposals that wait for a person.
package struct LinkQueue: Sendable {
  private let connection: PostgresConnection

  package init(_ connection: PostgresConnection) { self.connection = connection }

  /// The proposals of the last comparisons, those that wait first.
  package func proposals() async throws -> [ProposedLink] {
    try await connection.query(SQL(file: PackageResources.link_proposals_sql)).map { row in
      ProposedLink(
        conversation_id: try row["conversation_id"], resman_lead_id: try row["resman_lead_id"],
        property_id: try row["property_id"], how: try row["how"], evidence: try row["evidence"],
        obstacle: try row["obstacle"], seen_at: try row["seen_at"])
    }
  }

  /// The links that were made, newest first.
  /// - Parameter limit: how many at most.
  package func made(limit: Int) async throws -> [MadeLink] {
    try await connection.query(SQL(file: PackageResources.links_sql, limit)).map { row in
      MadeLink(
        conversation_id: try row["conversation_id"], resman_lead_id: try row["resman_lead_id"],
        property_id: try row["property_id"], how: try row["how"],
        linked_at: try row["linked_at"], by: try row["by"], evidence: try row["evidence"])
    }
  }

  /// Links a conversation with a lead, because a person says so; an earlier link of the conversation is replaced.
  /// - Throws: `LinkRefused` where neither a proposal names both, nor the lead is known, and where the two are known to be
  ///   of different properties: such a link would have no effect.
  package func resolve(
    _ conversation: UUID, _ lead: String, by person: String, at now: Instant
  ) async throws -> MadeLink {
    try await connection.transaction { db in
      guard
        let known = try db.queryOne(
          SQL(file: PackageResources.link_property_sql, conversation, lead))
      else {
        throw LinkRefused(
          description: "no lead \(lead) is known, and no proposal names it; look at "
            + "status-sync link list, or wait for the next night")
      }
      let property: UUID = try known["property_id"]
      let evidence: String? = try known["evidence"]
      let other: UUID? = try known["conversation_property_id"]
      if let other, other != property {
        throw LinkRefused(
          description: "the conversation is of the property \(other.uuidString.lowercased()), the "
            + "lead \(lead) of \(property.uuidString.lowercased()); a link holds within one "
            + "property")
      }
      try db.execute(
        SQL(
          file: PackageResources.link_resolve_sql, conversation, lead, property, now.iso8601,
          person, evidence))
      try db.execute(SQL(file: PackageResources.link_resolved_sql, conversation))
      return MadeLink(
        conversation_id: conversation, resman_lead_id: lead, property_id: property,
        how: LinkHow.person.rawValue, linked_at: now.iso8601, by: person, evidence: evidence)
    }
  }
}

extension NightlyJob {
  /// Before the pull: compares contacts where no id connects the two systems; null where ids do.
  func link(_ list: PropertyList, mode: Linking.Mode) async throws -> LinkFigures? {
    guard let sources = parts.contacts else { return nil }
    return try await Linking(
      sources: sources, connection: connection, mode: mode, now: startedAt,
      concurrency: min(settings.resman.concurrency, 2)
    ).run(list.properties)
  }
}

extension Nightly {
  /// Compares the contacts of both systems and proposes links; none is made.
  /// - Throws: `LinkRefused` where the kinds of the systems have ids for it.
  package func proposeLinks() async throws -> LinkFigures {
    try await locked { night in
      guard parts.contacts != nil else {
        throw LinkRefused(
          description:
            "links are made with resman.kind: partner and domiq.kind: database only; the "
            + "status APIs name the lead of each conversation")
      }
      let list: PropertyList
      do throws(CallFailure) { list = try await parts.resman.properties() } catch {
        throw PullError(system: .resman, failure: error)
      }
      return try await night.link(list, mode: .propose) ?? LinkFigures()
    }
  }
}

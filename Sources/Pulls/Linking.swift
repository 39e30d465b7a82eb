import Foundation
import Leads
import Links
import Postgres
import Store
import Upstreams

/// How many links one comparison of contacts found.
package struct LinkFigures: Codable, Sendable, Equatable {
  /// Conversations that were linked, or that a plan would link.
  package var linked = 0
  /// Conversations with a proposal that waits for a person.
  package var waiting = 0
  /// Properties whose contacts could not be read; their links stay as they are.
  package var unread = 0
  /// Their ids, in order; null: there are none.
  package var unreadProperties: [String]?

  package enum CodingKeys: String, CodingKey {
    case linked, waiting, unread
    case unreadProperties = "unread_properties"
  }

  package init() {}
}

/// Compares the contacts of both systems, property by property, before the pull (docs/vendors.md#links). The contacts of
/// one property are in memory at a time for each task; what is kept is the link, or the proposal, with masked evidence.
package struct Linking: Sendable {
  /// What becomes of what is found.
  package enum Mode: Sendable {
    /// A night: unique links are made, the others proposed.
    case run
    /// A plan: unique links count for its pull alone.
    case plan
    /// All are proposed, none is made.
    case propose
  }

  /// The maker of the links of a night, in `lead_link.by`.
  package static let maker = "night"

  let sources: ContactSources
  let connection: PostgresConnection
  let mode: Mode
  let now: Instant
  /// Properties that are read at once.
  let concurrency: Int

  /// - Parameter concurrency: properties that are read at once.
  package init(
    sources: ContactSources, connection: PostgresConnection, mode: Mode, now: Instant,
    concurrency: Int
  ) {
    self.sources = sources
    self.connection = connection
    self.mode = mode
    self.now = now
    self.concurrency = concurrency
  }

  /// The proposals of one property; null: its contacts could not be read.
  private struct Compared {
    var property: UUID
    var proposals: [LinkProposal]?
  }

  package func run(_ properties: [Property]) async throws -> LinkFigures {
    var figures = LinkFigures()
    if mode != .propose { try await connection.script("truncate stage_link") }
    try await properties.map(\.id).severalAtOnce(concurrency) {
      try await compare($0)
    } take: { compared in
      guard let proposals = compared.proposals else {
        figures.unread += 1
        let unread = (figures.unreadProperties ?? []) + [compared.property.uuidString.lowercased()]
        figures.unreadProperties = unread.sorted()
        return
      }
      try await save(proposals, of: compared.property)
      func conversations(certain: Bool) -> Int {
        Set(proposals.filter { ($0.obstacle == nil) == certain }.map(\.conversationID)).count
      }
      figures.linked += conversations(certain: true)
      figures.waiting += conversations(certain: false)
    }
    guard mode == .run else { return figures }
    try await connection.execute(
      SQL(file: PackageResources.links_take_sql, now.iso8601, Self.maker))
    return figures
  }

  private func compare(_ property: UUID) async throws -> Compared {
    let linked = try await links(of: property)
    let chats: [ChatContact]
    do throws(CallFailure) {
      chats = try await sources.chats.contacts(at: property).map { chat in
        var chat = chat
        chat.leadID = chat.leadID ?? linked[chat.conversationID]
        return chat
      }
      // Where every conversation has its lead, or no contact, ResMan is not asked.
      guard chats.contains(where: { $0.leadID == nil && ($0.email ?? $0.phone) != nil }) else {
        return Compared(property: property, proposals: [])
      }
      let cards = try await sources.cards.contacts(at: property)
      return Compared(
        property: property,
        proposals: proposedLinks(cards: cards, chats: chats, country: sources.country))
    } catch {
      // The figures name it, for the pull need not meet the same fault.
      return Compared(property: property, proposals: nil)
    }
  }

  private func links(of property: UUID) async throws -> [UUID: String] {
    try await connection.query(SQL(file: PackageResources.links_known_sql, property))
      .reduce(into: [:]) { $0[try $1["conversation_id"]] = try $1["resman_lead_id"] as String }
  }

  /// One row of `link_proposal` or `stage_link`.
  private struct Row: Encodable {
    var conversation_id: UUID
    var resman_lead_id: String
    var property_id: UUID
    var how: String
    var evidence: String
    var obstacle: String?

    init(_ proposal: LinkProposal) {
      conversation_id = proposal.conversationID
      resman_lead_id = proposal.leadID
      property_id = proposal.propertyID
      how = proposal.how.rawValue
      evidence = proposal.evidence
      obstacle = proposal.obstacle?.rawValue
    }
  }

  private func save(_ proposals: [LinkProposal], of property: UUID) async throws {
    func rows(_ proposals: [LinkProposal]) throws -> JSONText {
      JSONText(try JSON.encode(proposals.map(Row.init)))
    }
    let unique = proposals.filter { $0.obstacle == nil }
    if mode != .propose, !unique.isEmpty {
      _ = try await connection.execute(
        SQL(file: PackageResources.stage_link_insert_sql, try rows(unique)))
    }
    guard mode != .plan else { return }
    let proposed = mode == .propose ? proposals : proposals.filter { $0.obstacle != nil }
    let inserted = try rows(proposed)
    try await connection.transaction { db in
      try db.execute(SQL(file: PackageResources.link_proposals_clear_sql, property))
      guard !proposed.isEmpty else { return }
      try db.execute(
        SQL(file: PackageResources.link_proposals_insert_sql, inserted, now.iso8601))
    }
  }
}

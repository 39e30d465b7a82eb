import Foundation
import Leads
import Postgres
import Store

/// The queue of questions for a person.
package struct ReviewQueue: Sendable {
  package let connection: PostgresConnection

  /// Reads and answers the queue on this connection.
  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Questions in these states that fit, oldest first.
  /// - Throws: `ReviewError` for a verdict or a property that there is not.
  package func items(
    _ selection: ReviewSelection = ReviewSelection(), states: [String] = ["open"], now: Instant
  ) async throws -> [ReviewItem] {
    if let verdict = selection.verdict, !ReviewSelection.verdicts.contains(verdict) {
      throw ReviewError.unknownVerdict(verdict)
    }
    if let property = selection.property, try await !isKnown(property) {
      throw ReviewError.unknownProperty(property)
    }
    let leads = selection.leads.isEmpty ? nil : selection.leads
    return try await connection.query(
      SQL(
        file: PackageResources.review_list_sql, states, selection.verdict, leads, now.iso8601,
        selection.property, selection.domiq, selection.resman)
    ).map { try JSON.decode(try $0["item"]) }
  }

  /// Questions to be answered: the open ones that match, and for named leads also those that were accepted or put off.
  /// - Throws: `ReviewError` where a named lead has none, or nothing fits.
  package func toAnswer(_ selection: ReviewSelection, now: Instant) async throws -> [ReviewItem] {
    let states = selection.leads.isEmpty ? ["open"] : ["open", "accepted", "ignored"]
    let items = try await items(selection, states: states, now: now)
    let without = Set(selection.leads).subtracting(items.map(\.resmanLeadID))
    guard without.isEmpty else { throw ReviewError.noQuestion(leads: without.sorted()) }
    guard !items.isEmpty else { throw ReviewError.nothingFits(selection.description) }
    return items
  }

  private func isKnown(_ property: UUID) async throws -> Bool {
    try await connection.query(SQL(file: PackageResources.property_known_sql, property))
      .first?["known"] ?? false
  }

  /// Accepts the pairs as they are, or puts the questions off; without calls to either system.
  /// - Throws: `ReviewError` where that time is over, or for other answers.
  package func settle(
    _ items: [ReviewItem], _ answer: ReviewAnswer, reason: String?, by person: String?,
    now: Instant
  ) async throws -> [ResolvedItem] {
    var why = reason
    if case .ignore(let until, let because) = answer {
      guard until > now else { throw ReviewError.untilIsPast(until.iso8601) }
      why = because
    }
    let state = answer == .accept ? "accepted" : "ignored"
    for item in items {
      try await self.answer(item, answer, state: state, reason: why, by: person, now: now)
    }
    return items.map { ResolvedItem($0, answer, result: state, reason: why) }
  }

  /// Writes a person's answer on one item.
  package func answer(
    _ item: ReviewItem, _ answer: ReviewAnswer, state: String, reason: String?,
    by person: String?, now: Instant
  ) async throws {
    var until: String?
    if case .ignore(let end, _) = answer { until = end.iso8601 }
    _ = try await connection.execute(
      SQL(
        file: PackageResources.review_answer_sql, item.id, state, answer.name, now.iso8601, reason,
        until, person))
  }

  /// What each lead is known to have, for the conditions of a push.
  package func facts(of leads: [String]) async throws -> [String: LeadFacts] {
    let rows = try await connection.query(SQL(file: PackageResources.lead_fields_sql, leads))
    return try Dictionary(
      rows.map { row in
        let facts = LeadFacts(leadScore: try row["lead_score"], bits: try row["fields"])
        return (try row["resman_lead_id"] as String, facts)
      }, uniquingKeysWith: { first, _ in first })
  }
}

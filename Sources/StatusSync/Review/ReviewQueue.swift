import Foundation
import Leads
import Postgres

/// The queue of what a person must decide.
public struct ReviewQueue: Sendable {
  let connection: PostgresConnection

  /// Reads and answers the queue on this connection.
  public init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Questions in these states, oldest first.
  /// - Parameters:
  ///   - verdict: only this one, where given.
  ///   - leads: only these, where given.
  public func items(
    states: [String] = ["open"], verdict: String? = nil, leads: [String]? = nil, now: Instant
  ) async throws -> [ReviewItem] {
    try await connection.query(
      SQL(file: PackageResources.review_list_sql, states, verdict, leads, now.iso8601)
    ).map { try RowJSON.decode(try $0["item"]) }
  }

  /// Writes a person's answer on one item.
  public func answer(
    _ item: ReviewItem, _ answer: ReviewAnswer, state: String, reason: String?, now: Instant
  ) async throws {
    var until: String?
    var why = reason
    if case .ignore(let end, let because) = answer {
      until = end.iso8601
      why = because
    }
    _ = try await connection.execute(
      SQL(
        file: PackageResources.review_answer_sql, item.id, state, answer.name, now.iso8601, why,
        until))
  }

  /// What each lead is known to have, for the conditions of a push.
  func facts(of leads: [String]) async throws -> [String: LeadFacts] {
    let rows = try await connection.query(SQL(file: PackageResources.lead_fields_sql, leads))
    return try Dictionary(
      rows.map { row in
        let facts = LeadFacts(leadScore: try row["lead_score"], bits: try row["fields"])
        return (try row["resman_lead_id"] as String, facts)
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension LeadFacts {
  /// From the `fields` column: 1 email, 2 phone, 4 tour_datetime, 8 income_verification.
  init(leadScore: Int?, bits: Int) {
    let known: [(Int, Field)] = [
      (1, .email), (2, .phone), (4, .tourDatetime), (8, .incomeVerification),
    ]
    self.init(leadScore: leadScore, fields: Set(known.filter { bits & $0.0 != 0 }.map(\.1)))
  }
}

import Changes
import Foundation
import Leads
import Postgres
import Settings
import Store
import Upstreams

/// Everything a person needs to answer one lead's question: the last change on each side, ResMan's own history, and the
/// effect of each answer.
package struct ReviewCase: Encodable, Sendable {
  /// One side as last seen, and its last change that the log has.
  package struct Side: Codable, Sendable, Equatable {
    package var raw: String?
    package var status: Status?
    /// When its record last changed, as that system printed it.
    package var version: String?
    /// Null where the log has no change that was made there.
    package var lastChange: HistoryRow?

    package enum CodingKeys: String, CodingKey {
      case raw, status, version
      case lastChange = "last_change"
    }
  }

  /// One change in ResMan's own history.
  package struct OwnChange: Codable, Sendable, Equatable {
    package var at: String?
    package var from: String?
    package var to: String?
    package var by: String?
    package var reason: String?
  }

  /// What one answer would do.
  package struct Option: Codable, Sendable, Equatable {
    package var answer: String
    package var isPossible: Bool
    /// A sentence: its effect, or why it is not possible.
    package var effect: String

    package init(answer: String, isPossible: Bool, effect: String) {
      self.answer = answer
      self.isPossible = isPossible
      self.effect = effect
    }

    package enum CodingKeys: String, CodingKey {
      case answer, effect
      case isPossible = "is_possible"
    }
  }

  /// The standing question first, then earlier ones.
  package var items: [ReviewItem]
  package var domiq: Side
  package var resman: Side
  package var answers: [Option]
  /// ResMan's own history, newest first; null where it was not requested, or is not offered.
  package var resmanHistory: [OwnChange]?
  /// Why there is none.
  package var resmanHistoryNote: String?
  /// Our log of the lead, newest first.
  package var history: [HistoryRow]

  package enum CodingKeys: String, CodingKey {
    case items, domiq, resman, answers, history
    case resmanHistory = "resman_history"
    case resmanHistoryNote = "resman_history_note"
  }

  /// Reads what the database knows of a lead.
  /// - Throws: `ReviewError` where there never was a question about it.
  package static func read(
    _ lead: String, on connection: PostgresConnection, ways: AnswerPlan.Ways = AnswerPlan.Ways(),
    now: Instant
  ) async throws -> ReviewCase {
    let queue = ReviewQueue(connection)
    let states = ["open", "accepted", "ignored", "resolved", "healed"]
    let asked = try await queue.items(ReviewSelection(leads: [lead]), states: states, now: now)
    let items = asked.sorted { $0.id > $1.id }
    guard let item = items.first else { throw ReviewError.neverAsked(lead) }
    let facts = try await queue.facts(of: [lead])[lead] ?? .everythingMet
    var last: [String: HistoryRow] = [:]
    for row in try await connection.query(
      SQL(file: PackageResources.review_last_changes_sql, lead))
    {
      last[try row["side"]] = try JSON.decode(try row["change"])
    }
    return ReviewCase(
      items: items,
      domiq: Side(
        raw: item.domiqRaw, status: item.domiq, version: item.domiqVersion,
        lastChange: last["domiq"]),
      resman: Side(
        raw: item.resmanRaw, status: item.resman, version: item.resmanVersion,
        lastChange: last["resman"]),
      answers: options(item, facts: facts, ways: ways),
      history: try await LeadHistory(connection).changes(of: lead, limit: 20))
  }

  /// Reads ResMan's own history, where ResMan is configured; a failure is a note.
  package mutating func askResMan(_ settings: Settings) async {
    guard let lead = items.first?.resmanLeadID else { return }
    guard settings.resmanKind == .statusAPI else {
      resmanHistoryNote = "not asked, the partner interface has no history of statuses"
      return
    }
    guard !settings.resman.url.isEmpty, !settings.resman.token.isEmpty else {
      resmanHistoryNote = "not asked, resman.url is not set"
      return
    }
    let client = UpstreamHTTP.makeClient(
      concurrency: 1, route: settings.http, forCallers: true)
    let resman = ResManClient(
      settings.resman.upstream(deadline: 10, forCallersWithin: 5), client: client,
      clock: .system())
    take(await resman.history(of: lead, limit: 20))
    await client.shutdown()
  }

  /// Adds ResMan's own history.
  package mutating func take(_ answer: HistoryAnswer) {
    switch answer {
    case .entries(let entries, _):
      resmanHistory = entries.map {
        OwnChange(
          at: $0.createdAt, from: $0.oldStatus, to: $0.newStatus, by: $0.updatedBy,
          reason: $0.reason)
      }
    case .notOffered: resmanHistoryNote = "not offered"
    case .failed(let failure): resmanHistoryNote = "could not be read: \(failure)"
    }
  }

  private static func options(
    _ item: ReviewItem, facts: LeadFacts, ways: AnswerPlan.Ways
  ) -> [Option] {
    [ReviewAnswer.push, .pull].map { answer in
      switch AnswerPlan.repair(item, answer, facts: facts, ways: ways) {
      case .failure(let refusal):
        return Option(answer: answer.name, isPossible: false, effect: refusal.text)
      case .success(let lead):
        return Option(answer: answer.name, isPossible: true, effect: effect(of: lead, ways.writing))
      }
    } + [
      Option(
        answer: "accept", isPossible: true,
        effect: "leaves them different; asked again when one of them moves"),
      Option(
        answer: "ignore", isPossible: true, effect: "changes nothing; asked again after --until"),
    ]
  }

  private static func effect(of lead: PlannedLead, _ writing: Writing) -> String {
    let target = lead.target?.rawValue ?? "-"
    guard lead.action == .push else { return "sets DomIQ to ResMan's status, \(target)" }
    if writing.takesEvents {
      return lead.resman == .lost
        ? "reactivates the prospect in ResMan, if DomIQ's last activity is newer than the loss"
        : "enters an event in ResMan that makes it show \(lead.hops.last?.rawValue ?? target), "
          + "if DomIQ holds what the event says"
    }
    let way =
      lead.hops.count > 1
      ? ", by way of " + lead.hops.dropLast().map(\.rawValue).joined(separator: " and ") : ""
    return "sets ResMan to DomIQ's status, \(target)\(way)"
  }
}

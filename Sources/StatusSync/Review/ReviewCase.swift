import Foundation
import Leads
import Postgres

/// Everything a person needs to answer one lead's question: the last change on each side, ResMan's own history, and the
/// effect of each answer.
public struct ReviewCase: Encodable, Sendable {
  /// One side as last seen, and its last change that the log has.
  public struct Side: Codable, Sendable, Equatable {
    public var raw: String?
    public var status: Status?
    /// When its record last changed, as that system printed it.
    public var version: String?
    /// Null where the log has no change that was made there.
    public var lastChange: HistoryRow?

    enum CodingKeys: String, CodingKey {
      case raw, status, version
      case lastChange = "last_change"
    }
  }

  /// One change in ResMan's own history.
  public struct OwnChange: Codable, Sendable, Equatable {
    public var at: String?
    public var from: String?
    public var to: String?
    public var by: String?
    public var reason: String?
  }

  /// What one answer would do.
  public struct Option: Codable, Sendable, Equatable {
    public var answer: String
    public var isPossible: Bool
    /// A sentence: its effect, or why it is not possible.
    public var effect: String

    enum CodingKeys: String, CodingKey {
      case answer, effect
      case isPossible = "is_possible"
    }
  }

  /// The standing question first, then earlier ones.
  public var items: [ReviewItem]
  public var domiq: Side
  public var resman: Side
  public var answers: [Option]
  /// ResMan's own history, newest first; null where it was not requested, or is not offered.
  public var resmanHistory: [OwnChange]?
  /// Why there is none.
  public var resmanHistoryNote: String?
  /// Our log of the lead, newest first.
  public var history: [HistoryRow]

  enum CodingKeys: String, CodingKey {
    case items, domiq, resman, answers, history
    case resmanHistory = "resman_history"
    case resmanHistoryNote = "resman_history_note"
  }

  /// Reads what the database knows of a lead.
  /// - Throws: `ReviewError` where there never was a question about it.
  public static func read(
    _ lead: String, on connection: PostgresConnection, now: Instant
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
      answers: options(item, facts: facts),
      history: try await LeadHistory(connection).changes(of: lead, limit: 20))
  }

  /// Reads ResMan's own history, where ResMan is configured; a failure is a note.
  public mutating func askResMan(_ settings: Settings) async {
    guard let lead = items.first?.resmanLeadID else { return }
    guard !settings.resman.url.isEmpty, !settings.resman.token.isEmpty else {
      resmanHistoryNote = "not asked, resman.url is not set"
      return
    }
    let client = UpstreamHTTP.makeClient(concurrency: 1, forCallers: true)
    let resman = ResManClient(
      settings.resman.upstream(deadline: 10, forCallersWithin: 5), client: client,
      clock: .system())
    take(await resman.history(of: lead, limit: 20))
    try? await client.shutdown()
  }

  /// Adds ResMan's own history.
  mutating func take(_ answer: HistoryAnswer) {
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

  private static func options(_ item: ReviewItem, facts: LeadFacts) -> [Option] {
    [ReviewAnswer.push, .pull].map { answer in
      switch AnswerPlan.repair(item, answer, facts: facts) {
      case .failure(let refusal):
        return Option(answer: answer.name, isPossible: false, effect: refusal.text)
      case .success(let lead):
        return Option(answer: answer.name, isPossible: true, effect: effect(of: lead))
      }
    } + [
      Option(
        answer: "accept", isPossible: true,
        effect: "leaves them different; asked again when one of them moves"),
      Option(
        answer: "ignore", isPossible: true, effect: "changes nothing; asked again after --until"),
    ]
  }

  private static func effect(of lead: PlannedLead) -> String {
    let target = lead.target?.rawValue ?? "-"
    guard lead.action == .push else { return "sets DomIQ to ResMan's status, \(target)" }
    let way =
      lead.hops.count > 1
      ? ", by way of " + lead.hops.dropLast().map(\.rawValue).joined(separator: " and ") : ""
    return "sets ResMan to DomIQ's status, \(target)\(way)"
  }
}

import Foundation
import Leads
import Postgres

/// How many leads were compared.
public struct DiffCounts: Codable, Sendable, Equatable {
  /// Distinct leads seen on either side, or left open before.
  public var judged: Int
  /// Of those, the leads that need no rule: both sides and the base agree.
  public var inSync: Int
  /// Of those, the leads that DomIQ does not have.
  public var resmanOnly: Int
  public var duplicateConversations: Int
  /// Leads known at properties that were read incompletely, and shown by neither side.
  public var unseen: Int
}

/// One lead to be decided, with everything that may block a repair: a row of `diff_rows.sql`.
struct DiffRow: Decodable, Sendable {
  var property_id: UUID?
  var resman_lead_id: String
  var conversation_id: UUID?
  var base: Status?
  var base_domiq_version: String?
  var base_resman_version: String?
  var base_bridged: Bool
  var domiq_presence: String
  var domiq_raw: String?
  var domiq: Status?
  var domiq_version: String?
  var resman_presence: String
  var resman_raw: String?
  var resman: Status?
  var resman_version: String?
  var domiq_moved: Bool?
  var resman_moved: Bool?
  var lead_score: Double?
  var fields: Int
  var pending: Bool
  var pushed_since_pull: Bool
  var problem: String?
  var standing: String?
  var standing_domiq: Status?
  var standing_resman: Status?
  var standing_domiq_version: String?
  var standing_resman_version: String?
  var standing_refused: Bool
  var standing_ignored: Bool
  var standing_reason: String?
  var standing_domiq_raw: String?
  var standing_resman_raw: String?
  var last_direction: String?
  var last_status: String?
  var last_failure: String?
  var last_new: Status?

  /// The last row of the lead's log; nil where it has none, or one outside the vocabulary.
  var lastChange: LastChange? {
    guard let direction = last_direction.flatMap(Direction.init(rawValue:)),
      let end = last_status.flatMap(LastChange.End.init(rawValue:)), let new = last_new
    else { return nil }
    return LastChange(direction: direction, end: end, failure: last_failure, new: new)
  }

  /// Neither side changed since a person decided: compared as canonical statuses, and as received where there is
  /// none.
  var isStandingPair: Bool {
    func isSame(_ one: Status?, _ two: Status?, _ oneRaw: String?, _ twoRaw: String?) -> Bool {
      one == two && (one != nil || oneRaw == twoRaw)
    }
    return isSame(standing_domiq, domiq, standing_domiq_raw, domiq_raw)
      && isSame(standing_resman, resman, standing_resman_raw, resman_raw)
  }

  /// The day from which the side that did not take a change has shown its status: DomIQ by rule 10, ResMan by rule 13.
  /// Nil where its version is not a time.
  func shownSince(rule: Int) -> String? {
    let version = rule == 10 ? domiq_version : resman_version
    return version.flatMap { Instant(iso8601: $0) }.map { String($0.iso8601.prefix(10)) }
  }

  /// The inputs of the rules.
  /// - Parameter asOf: the start of the run.
  func state(asOf: Instant) -> LeadState {
    LeadState(
      base: base.map {
        Base(
          status: $0, domiqVersion: base_domiq_version, resmanVersion: base_resman_version,
          isBridged: base_bridged)
      },
      domiq: Self.sighting(domiq_presence, raw: domiq_raw, status: domiq, version: domiq_version),
      resman: Self.sighting(
        resman_presence, raw: resman_raw, status: resman, version: resman_version),
      isPending: pending, fault: problem, facts: facts,
      pushedSinceCompletePull: pushed_since_pull, domiqMoved: domiq_moved,
      resmanMoved: resman_moved, asOf: asOf)
  }

  private var facts: LeadFacts { LeadFacts(leadScore: lead_score, bits: fields) }

  private static func sighting(
    _ presence: String, raw: String?, status: Status?, version: String?
  ) -> Sighting {
    switch presence {
    case "seen": .seen(raw: raw ?? "", status: status, version: version)
    case "missing": .missing
    default: .unread
    }
  }
}

/// Stage 4: one statement joins both sightings with the base.
struct Diff: Sendable {
  let connection: PostgresConnection

  /// Fills `stage_diff` from the staged pull.
  func run(_ pull: PullSummary) async throws -> DiffCounts {
    let staged = pull.properties.map { pulled in
      SQL(
        file: PackageResources.stage_pull_insert_sql, pulled.system.rawValue, pulled.propertyID,
        pulled.isComplete, pulled.isIncremental)
    }
    _ = try await connection.pipeline(
      ["truncate stage_pull, stage_diff, stage_plan"] + staged)
    // Memory of the server for sorting and joining a whole night's rows.
    try await connection.script("set work_mem = '256MB'; set jit = off")
    _ = try await connection.execute(SQL(file: PackageResources.diff_sql))
    try await connection.script("reset work_mem; analyze stage_pull; analyze stage_diff")
    let rows = try await connection.query(SQL(file: PackageResources.diff_counts_sql))
    guard let row = rows.first else { throw StoreError.unexpectedNull("judged") }
    // Only after an incomplete pull are there unseen leads that are not missing.
    let unseen =
      pull.properties.allSatisfy(\.isComplete)
      ? 0
      : try await connection.query(SQL(file: PackageResources.pull_unseen_sql))
        .first?["leads"] ?? 0
    return DiffCounts(
      judged: try row["judged"], inSync: try row["in_sync"], resmanOnly: try row["resman_only"],
      duplicateConversations: try row["duplicate_conversations"], unseen: unseen)
  }
}

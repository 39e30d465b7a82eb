import Foundation
import Leads
import Postgres

/// One lead to be decided, with everything that may block a repair: a row of `diff_rows.sql`.
package struct DiffRow: Decodable, Sendable {
  package var property_id: UUID?
  package var resman_lead_id: String
  package var conversation_id: UUID?
  package var base: Status?
  var base_domiq_version: String?
  package var base_resman_version: String?
  package var base_bridged: Bool
  package var domiq_presence: String
  package var domiq_raw: String?
  package var domiq: Status?
  package var domiq_version: String?
  package var resman_presence: String
  package var resman_raw: String?
  package var resman: Status?
  package var resman_version: String?
  var domiq_moved: Bool?
  package var resman_moved: Bool?
  package var lead_score: Double?
  package var fields: Int
  package var pending: Bool
  var pushed_since_pull: Bool
  package var problem: String?
  package var standing: String?
  var standing_domiq: Status?
  var standing_resman: Status?
  package var standing_domiq_version: String?
  package var standing_resman_version: String?
  package var standing_refused: Bool
  package var standing_ignored: Bool
  package var standing_reason: String?
  var standing_domiq_raw: String?
  var standing_resman_raw: String?
  var last_direction: String?
  var last_status: String?
  var last_failure: String?
  var last_new: Status?

  /// The last row of the lead's log; nil where it has none, or one outside the vocabulary.
  package var lastChange: LastChange? {
    guard let direction = last_direction.flatMap(Direction.init(rawValue:)),
      let end = last_status.flatMap(LastChange.End.init(rawValue:)), let new = last_new
    else { return nil }
    return LastChange(
      direction: direction, end: end, failure: last_failure.flatMap(FailureCause.init(rawValue:)),
      new: new)
  }

  /// Neither side changed since a person decided: compared as canonical statuses, and as received where there is
  /// none.
  package var isStandingPair: Bool {
    func isSame(_ one: Status?, _ two: Status?, _ oneRaw: String?, _ twoRaw: String?) -> Bool {
      one == two && (one != nil || oneRaw == twoRaw)
    }
    return isSame(standing_domiq, domiq, standing_domiq_raw, domiq_raw)
      && isSame(standing_resman, resman, standing_resman_raw, resman_raw)
  }

  /// The day from which the side that did not take a change has shown its status: DomIQ by rule 10, ResMan by rule 13.
  /// Nil where its version is not a time.
  package func shownSince(rule: Int) -> String? {
    let version = rule == 10 ? domiq_version : resman_version
    return version.flatMap { Instant(iso8601: $0) }.map { String($0.iso8601.prefix(10)) }
  }

  /// The inputs of the rules.
  /// - Parameter asOf: the start of the run.
  package func state(asOf: Instant) -> LeadState {
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

import Changes
import Foundation
import Leads
import Pulls
import Store

/// `run.json`: what one run read, decided and did, in counts that add up
/// (pulled = sum of verdicts; planned = sum of outcomes).
package struct RunSummary: Codable, Sendable, Equatable {
  @CanonicalUUID package var runID: UUID
  package var mode: RunMode
  /// The instant of all figures of the run, ISO 8601.
  package var asOf: String
  package var finishedAt: String?
  package var exitCode = 70
  /// Every exit code that applies, highest first.
  package var exitCodes: [Int] = []
  /// Distinct leads compared.
  package var pulled = 0
  package var verdicts: [String: Int] = [:]
  /// Rows logged without a call: baseline and unlogged.
  package var logged = 0
  /// Pushes and pulls of the plan.
  package var planned = 0
  package var outcomes: [String: Int] = [:]
  package var digests: [String: String] = [:]
  /// True where both systems agree; open questions from earlier nights may remain. False where changes were not written,
  /// because a system is only read.
  package var converged = false
  package var full = true
  package var recovered = RecoverSummary()
  package var pull: PullFigures?
  /// Null where ids connect the two systems.
  package var links: LinkFigures?
  package var guards: [HeldCohort] = []
  package var stopped: [HeldCohort] = []
  /// Null without an override.
  package var override: OverrideFigures?
  package var review = ReviewFigures()
  package var agreement: AgreementFigures?
  /// Null where nothing was pulled.
  package var driftAlarms: DriftAlarmFigures?
  /// Null where no target is configured.
  package var targets: TargetFigures?
  /// Null where no lead was taken over.
  package var backfill: BackfillFigures?
  package var stages: [String: StageFigures] = [:]

  package enum CodingKeys: String, CodingKey {
    case runID = "run_id"
    case mode
    case asOf = "as_of"
    case finishedAt = "finished_at"
    case exitCode = "exit_code"
    case exitCodes = "exit_codes"
    case pulled, verdicts, logged, planned, outcomes, digests, converged, full, recovered, pull,
      links
    case driftAlarms = "drift_alarms"
    case guards, stopped, override, review, agreement, backfill, targets, stages
  }

  package init(runID: UUID, mode: RunMode, asOf: String) {
    _runID = CanonicalUUID(wrappedValue: runID)
    self.mode = mode
    self.asOf = asOf
  }
}

/// How long a stage took, by a monotonic clock.
package struct StageFigures: Codable, Sendable, Equatable {
  package var seconds: Double
}

/// Questions for people after a run.
package struct ReviewFigures: Codable, Sendable, Equatable {
  package var open = 0
  /// Asked for the first time in this run.
  package var new = 0
  package var healed = 0
}

/// Of the leads seen on both sides, how many agreed.
package struct AgreementFigures: Codable, Sendable, Equatable {
  package var seen: Int
  package var before: Int
  package var after: Int
}

/// What was read from the two systems.
package struct PullFigures: Codable, Sendable, Equatable {
  /// The properties that ResMan lists, and those read before that it no longer lists.
  package var properties: Int
  /// What is wrong with elements of ResMan's list of properties.
  package var propertyFaults: [String]?
  package var records: [String: Int]
  package var quarantined: Int
  package var withoutLead: Int
  package var withoutID: Int
  /// Records whose `updated_at` is later than the time of reading: it is no evidence.
  package var futureVersions: Int?
  /// Leads known at properties that were read incompletely, and shown by neither side: like those with the verdict
  /// `unread`, they were not compared.
  package var unseen: Int?
  package var duplicateConversations: Int
  /// (system, property) pairs that were read incompletely, with the reason.
  package var incomplete: [IncompletePull]

  package enum CodingKeys: String, CodingKey {
    case properties, records, quarantined, incomplete, unseen
    case propertyFaults = "property_faults"
    case futureVersions = "future_versions"
    case withoutLead = "without_lead"
    case withoutID = "without_id"
    case duplicateConversations = "duplicate_conversations"
  }
}

/// One (system, property) pair that was read incompletely.
package struct IncompletePull: Codable, Sendable, Equatable {
  package var system: String
  @CanonicalUUID package var propertyID: UUID
  package var reason: String

  package enum CodingKeys: String, CodingKey {
    case system, reason
    case propertyID = "property_id"
  }
}

extension RunSummary {
  /// Derives the exit codes: 5 partial, 4 held, 3 drift remains, else 0. The highest is the run's; 70 where its counts
  /// do not add up.
  mutating func conclude() {
    let left: [Outcome] = [.failed, .stale, .unknown, .deferred]
    var codes: Set<Int> = []
    if let pull, !pull.incomplete.isEmpty || pull.propertyFaults?.isEmpty == false {
      codes.insert(5)
    }
    if let links, links.unread > 0 { codes.insert(5) }
    if !guards.isEmpty || !stopped.isEmpty { codes.insert(4) }
    if review.new > 0 || verdicts[Verdict.unsettled.rawValue, default: 0] > 0
      || recovered.unsettled > 0
      || left.contains(where: { outcomes[$0.rawValue, default: 0] > 0 })
    {
      codes.insert(3)
    }
    if verdicts[Verdict.unread.rawValue, default: 0] > 0 { codes.insert(5) }
    exitCodes = codes.sorted(by: >)
    exitCode = contradictions.isEmpty ? exitCodes.first ?? 0 : 70
    converged = codes.isEmpty && outcomes[Outcome.notWritten.rawValue, default: 0] == 0
  }

  /// Of the leads seen on both sides, how many agreed, by the counts; nil where nothing was pulled.
  package var agreed: AgreementFigures? {
    guard mode == .run else { return nil }
    func sum(_ of: Verdict...) -> Int { of.reduce(0) { $0 + (verdicts[$1.rawValue] ?? 0) } }
    let before = sum(.inSync, .baseline, .unlogged)
    return AgreementFigures(
      seen: pulled - sum(.resmanOnly, .missingInResman, .unread, .unsettled), before: before,
      after: before + (outcomes[Outcome.verified.rawValue] ?? 0))
  }

  /// What does not add up, as sentences; empty where the counts hold.
  var contradictions: [String] {
    var found: [String] = []
    let judged = verdicts.values.reduce(0, +)
    if mode == .run, judged != pulled {
      found.append("\(pulled) leads were pulled, \(judged) were given a verdict")
    }
    let ended = outcomes.values.reduce(0, +)
    if planned != ended {
      found.append("\(planned) repairs were planned, \(ended) have an outcome")
    }
    return found
  }
}

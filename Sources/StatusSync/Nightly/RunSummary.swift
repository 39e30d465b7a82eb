import Foundation
import Leads

/// `run.json`: what one run read, decided and did, in counts that add up
/// (pulled = sum of verdicts; planned = sum of outcomes).
public struct RunSummary: Codable, Sendable, Equatable {
  @CanonicalUUID public var runID: UUID
  public var mode: RunMode
  /// The instant of all figures of the run, ISO 8601.
  public var asOf: String
  public var finishedAt: String?
  public var exitCode = 70
  /// Every exit code that applies, highest first.
  public var exitCodes: [Int] = []
  /// Distinct leads compared.
  public var pulled = 0
  public var verdicts: [String: Int] = [:]
  /// Rows logged without a call: baseline and unlogged.
  public var logged = 0
  /// Pushes and pulls of the plan.
  public var planned = 0
  public var outcomes: [String: Int] = [:]
  public var digests: [String: String] = [:]
  /// True where both systems agree; open questions from earlier nights may remain.
  public var converged = false
  public var full = true
  public var recovered = RecoverSummary()
  public var pull: PullFigures?
  public var guards: [HeldCohort] = []
  public var stopped: [HeldCohort] = []
  /// Null without an override.
  public var override: OverrideFigures?
  public var review = ReviewFigures()
  public var agreement: AgreementFigures?
  /// Null where nothing was pulled.
  public var driftAlarms: DriftAlarmFigures?
  /// Null where no lead was taken over.
  public var backfill: BackfillFigures?
  public var stages: [String: StageFigures] = [:]

  enum CodingKeys: String, CodingKey {
    case runID = "run_id"
    case mode
    case asOf = "as_of"
    case finishedAt = "finished_at"
    case exitCode = "exit_code"
    case exitCodes = "exit_codes"
    case pulled, verdicts, logged, planned, outcomes, digests, converged, full, recovered, pull
    case driftAlarms = "drift_alarms"
    case guards, stopped, override, review, agreement, backfill, stages
  }

  init(runID: UUID, mode: RunMode, asOf: String) {
    _runID = CanonicalUUID(wrappedValue: runID)
    self.mode = mode
    self.asOf = asOf
  }
}

/// How long a stage took, by a monotonic clock.
public struct StageFigures: Codable, Sendable, Equatable {
  public var seconds: Double
}

/// Questions for people after a run.
public struct ReviewFigures: Codable, Sendable, Equatable {
  public var open = 0
  /// Asked for the first time in this run.
  public var new = 0
  public var healed = 0
}

/// Of the leads seen on both sides, how many agreed.
public struct AgreementFigures: Codable, Sendable, Equatable {
  public var seen: Int
  public var before: Int
  public var after: Int
}

/// What was read from the two systems.
public struct PullFigures: Codable, Sendable, Equatable {
  /// The properties that ResMan lists, and those read before that it no longer lists.
  public var properties: Int
  /// What is wrong with elements of ResMan's list of properties.
  public var propertyFaults: [String]?
  public var records: [String: Int]
  public var quarantined: Int
  public var withoutLead: Int
  public var withoutID: Int
  /// Records whose `updated_at` is later than the time of reading: it is no evidence.
  public var futureVersions: Int?
  /// Leads known at properties that were read incompletely, and shown by neither side: like those with the verdict
  /// `unread`, they were not compared.
  public var unseen: Int?
  public var duplicateConversations: Int
  /// (system, property) pairs that were read incompletely, with the reason.
  public var incomplete: [IncompletePull]

  enum CodingKeys: String, CodingKey {
    case properties, records, quarantined, incomplete, unseen
    case propertyFaults = "property_faults"
    case futureVersions = "future_versions"
    case withoutLead = "without_lead"
    case withoutID = "without_id"
    case duplicateConversations = "duplicate_conversations"
  }
}

/// One (system, property) pair that was read incompletely.
public struct IncompletePull: Codable, Sendable, Equatable {
  public var system: String
  @CanonicalUUID public var propertyID: UUID
  public var reason: String

  enum CodingKeys: String, CodingKey {
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
    converged = codes.isEmpty
  }

  /// Of the leads seen on both sides, how many agreed, by the counts; nil where nothing was pulled.
  var agreed: AgreementFigures? {
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

/// What one side shows of a lead.
package enum Sighting: Sendable, Equatable {
  /// `status` is nil where the text is outside the vocabulary; `version` is `updated_at` as that
  /// system printed it, nil where it has none.
  case seen(raw: String, status: Status?, version: String?)
  /// A complete pull does not contain it.
  case missing
  /// The pull of that side was incomplete, and the lead was not seen.
  case unread
}

/// What both sides last agreed on, with the versions that came with the agreement.
package struct Base: Sendable, Equatable {
  package var status: Status
  package var domiqVersion: String?
  package var resmanVersion: String?
  /// A step of a push that was not completed, or a correction of the log: the sides did not agree on it, and rules
  /// 10 and 13 do not use it.
  package var isBridged: Bool

  package init(
    status: Status, domiqVersion: String? = nil, resmanVersion: String? = nil,
    isBridged: Bool = false
  ) {
    self.status = status
    self.domiqVersion = domiqVersion
    self.resmanVersion = resmanVersion
    self.isBridged = isBridged
  }
}

/// Everything a verdict depends on.
package struct LeadState: Sendable, Equatable {
  /// Nil where the log has none.
  package var base: Base?
  package var domiq: Sighting
  package var resman: Sighting
  /// A change of this lead is still unsettled.
  package var isPending: Bool
  /// The record is unusable, and why (rule 3).
  package var fault: String?
  package var facts: LeadFacts
  /// We pushed this lead since ResMan's last complete pull, or none is on record.
  package var pushedSinceCompletePull: Bool
  /// The side's status is neither the last one agreed on nor the last one seen; nil: not known.
  package var domiqMoved: Bool?
  package var resmanMoved: Bool?
  /// The start of the run; later versions are no evidence. Nil: no bound.
  package var asOf: Instant?

  package init(
    base: Base?, domiq: Sighting, resman: Sighting, isPending: Bool = false, fault: String? = nil,
    facts: LeadFacts = .everythingMet, pushedSinceCompletePull: Bool = false,
    domiqMoved: Bool? = nil, resmanMoved: Bool? = nil, asOf: Instant? = nil
  ) {
    self.base = base
    self.domiq = domiq
    self.resman = resman
    self.isPending = isPending
    self.fault = fault
    self.facts = facts
    self.pushedSinceCompletePull = pushedSinceCompletePull
    self.domiqMoved = domiqMoved
    self.resmanMoved = resmanMoved
    self.asOf = asOf
  }

  /// What is known of DomIQ's side since the agreement.
  var domiqEvidence: SideEvidence {
    SideEvidence(
      version: domiq.version, agreedVersion: base?.domiqVersion, hasMoved: domiqMoved,
      isBridged: base?.isBridged ?? false, asOf: asOf)
  }

  /// What is known of ResMan's side since the agreement.
  package var resmanEvidence: SideEvidence {
    SideEvidence(
      version: resman.version, agreedVersion: base?.resmanVersion, hasMoved: resmanMoved,
      isBridged: base?.isBridged ?? false, asOf: asOf)
  }
}

extension Sighting {
  package var version: String? { if case .seen(_, _, let version) = self { version } else { nil } }
  /// The status as received; nil where it was not seen.
  var raw: String? { if case .seen(let raw, _, _) = self { raw } else { nil } }
}

/// The class a lead falls into (docs/rules.md#the-15-rules).
package enum Verdict: String, Codable, CaseIterable, Sendable {
  case unread, unsettled, unmapped
  case missingInResman = "missing_in_resman"
  case resmanOnly = "resman_only"
  case inSync = "in_sync"
  case baseline, unlogged, unbased, phantom
  case domiqAhead = "domiq_ahead"
  case domiqRegressed = "domiq_regressed"
  case resmanMoved = "resman_moved"
  case conflict
}

/// What is done about it. `log` appends history, `push` writes to ResMan, `pull` to DomIQ.
package enum Action: String, Codable, CaseIterable, Sendable {
  case none, log, push, pull, review
}

/// What the rules decide about one lead.
package struct Decision: Sendable, Equatable {
  package var verdict: Verdict
  /// The number of the first rule that applies.
  package var rule: Int
  package var action: Action
  /// The status both sides will mean; nil where nothing will change.
  package var target: Status?
  /// For a push: the statuses to PUT in order; for a pull: one. The last is what the system can show of the target.
  package var hops: [Status] = []
  /// A staff move outside the transition rules.
  package var irregular = false
  /// The conditions that block a push.
  package var unmet: [Condition] = []
  /// The reason as one sentence, for people.
  package var because: String
}

/// Decides the verdict and action of one lead by the first of the 15 rules that applies.
/// - Parameter lenses: what each system can tell apart.
package func reconcile(
  _ state: LeadState, policy: Policy, mapping: StatusMapping = .standard,
  lenses: Lenses = .identity
) -> Decision {
  if state.domiq == .unread || state.resman == .unread {
    let side = state.domiq == .unread ? "DomIQ" : "ResMan"
    return Decision(
      verdict: .unread, rule: 1, action: .none,
      because: "\(side) was not read completely, so nothing is claimed of this lead.")
  }
  if state.isPending {
    return Decision(
      verdict: .unsettled, rule: 2, action: .none,
      because: "An earlier change of this lead is not settled yet.")
  }
  if let fault = state.fault { return .unmapped(fault) }
  let d: Status, r: Status
  switch (state.domiq, state.resman) {
  case (.seen(let raw, nil, _), _) where policy.unknownStatus == .quarantine:
    return .unmapped("DomIQ's \"\(raw)\" is not a known status; map it or change it in DomIQ")
  case (_, .seen(let raw, nil, _)) where policy.unknownStatus == .quarantine:
    return .unmapped("ResMan's \"\(raw)\" is not a known status; map it or change it in ResMan")
  case (.seen, .missing):
    return Decision(
      verdict: .missingInResman, rule: 4, action: .review,
      because: "DomIQ names a ResMan lead that ResMan does not have.")
  case (.missing, _):
    return Decision(
      verdict: .resmanOnly, rule: 5, action: .none,
      because: "DomIQ does not have this lead: it never chatted, which is not drift.")
  case (.seen(_, let domiq, _), .seen(_, let resman, _)):
    d = domiq ?? .new
    r = resman ?? .new
  case (.unread, _), (_, .unread): return .unmapped("not read")
  }
  for (lens, status, side) in [(lenses.domiq, d, state.domiq), (lenses.resman, r, state.resman)]
  where !lens.shows(status) {
    return .unmapped(
      "\"\(side.raw ?? "")\" stands for \(status.rawValue), which \(lens.name) cannot mean")
  }
  return Comparison(state: state, policy: policy, lenses: lenses, d: d, r: r).decision
}

extension Decision {
  /// The change for `Writing`.
  /// - Parameter shown: what the written system shows.
  package func change(shown: Status?) -> DecidedChange {
    DecidedChange(action: action, target: target, written: hops.last, shown: shown)
  }

  /// Leaves the change to a person: nothing is written, and nothing is logged.
  package mutating func leave() {
    action = .review
    target = nil
    hops = []
  }

  package static func unmapped(_ why: String) -> Decision {
    Decision(verdict: .unmapped, rule: 3, action: .review, because: "\(why).")
  }
}

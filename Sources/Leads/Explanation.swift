/// The verdict for given statuses, and the rule that gave it: what `status-sync explain` prints
/// (docs/rules.md#explain). Every key but `not_written` and `person` is always present; null means none.
package struct Explanation: Encodable, Sendable, Equatable {
  /// One side as given: its text, and the canonical status; null outside the vocabulary.
  package struct Side: Encodable, Sendable, Equatable {
    package var raw: String?
    package var canonical: Status?

    package init(raw: String? = nil, canonical: Status? = nil) {
      self.raw = raw
      self.canonical = canonical
    }

    package enum CodingKeys: String, CodingKey { case raw, canonical }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(raw, forKey: .raw)
      try container.encode(canonical, forKey: .canonical)
    }
  }

  package var base: Status?
  package var domiq: Side
  package var resman: Side
  package var decision: Decision
  /// Why the change would not be written; nil where it would, or where there is none.
  package var notWritten: String?
  /// What a person has to do; nil where nobody has to do anything by hand.
  package var person: String?

  /// Explains the decision of the rules for a state.
  /// - Parameters:
  ///   - lenses: what each system can tell apart.
  ///   - writing: what may be written.
  package init(
    _ state: LeadState, policy: Policy, mapping: StatusMapping = .standard,
    lenses: Lenses = .identity, writing: Writing = Writing()
  ) {
    base = state.base?.status
    domiq = Side(state.domiq)
    resman = Side(state.resman)
    decision = reconcile(state, policy: policy, mapping: mapping, lenses: lenses)
    let change = decision.change(
      shown: decision.action == .push ? resman.canonical : domiq.canonical)
    switch writing.ruling(of: change, ground: nil) {
    case .notWritten(let why): notWritten = why
    case .person(let sentence):
      person = sentence
      decision.leave()
    case .write, .nothing:
      if decision.action == .review {
        person = writing.advice(
          decision.verdict, domiq: domiq.canonical, resman: resman.canonical)
      }
      if decision.action == .push, writing.takesEvents { decision.hops = decision.hops.suffix(1) }
    }
  }

  package enum CodingKeys: String, CodingKey {
    case base, domiq, resman, verdict, rule, action, target, hops, irregular, unmet, because
    case notWritten = "not_written"
    case person
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(base, forKey: .base)
    try container.encode(domiq, forKey: .domiq)
    try container.encode(resman, forKey: .resman)
    try container.encode(decision.verdict, forKey: .verdict)
    try container.encode(decision.rule, forKey: .rule)
    try container.encode(decision.action, forKey: .action)
    try container.encode(decision.target, forKey: .target)
    try container.encode(decision.hops, forKey: .hops)
    try container.encode(decision.irregular, forKey: .irregular)
    try container.encode(decision.unmet.map(\.description), forKey: .unmet)
    try container.encode(decision.because, forKey: .because)
    try container.encodeIfPresent(notWritten, forKey: .notWritten)
    try container.encodeIfPresent(person, forKey: .person)
  }
}

extension Explanation.Side {
  package init(_ sighting: Sighting) {
    if case .seen(let raw, let status, _) = sighting {
      self.init(raw: raw, canonical: status)
    } else {
      self.init(raw: nil, canonical: nil)
    }
  }
}

/// The statuses to be explained.
package struct ExplainedStatuses: Sendable, Equatable {
  /// `none`, or a canonical status.
  package var base: String
  /// `missing`, or DomIQ's text.
  package var domiq: String
  /// `missing`, or ResMan's text.
  package var resman: String
  /// The side's version is the one logged with the base: it has not changed since.
  package var domiqUnchanged: Bool
  package var resmanUnchanged: Bool
  package var facts: LeadFacts

  package init(
    base: String, domiq: String, resman: String, domiqUnchanged: Bool = false,
    resmanUnchanged: Bool = false, facts: LeadFacts = .everythingMet
  ) {
    self.base = base
    self.domiq = domiq
    self.resman = resman
    self.domiqUnchanged = domiqUnchanged
    self.resmanUnchanged = resmanUnchanged
    self.facts = facts
  }

  /// The state to be decided; nil where `base` is neither `none` nor a canonical status.
  package func state(mapping: StatusMapping = .standard) -> LeadState? {
    // Two instants stand for "as logged" and "since then".
    let logged = "2026-01-01T12:00:00Z"
    let later = "2026-01-02T12:00:00Z"
    var known: Base?
    if base != "none" {
      guard let status = mapping.canonical(resman: base) else { return nil }
      known = Base(status: status, domiqVersion: logged, resmanVersion: logged)
    }
    func side(_ raw: String, _ status: Status?, unchanged: Bool) -> Sighting {
      raw == "missing"
        ? .missing : .seen(raw: raw, status: status, version: unchanged ? logged : later)
    }
    return LeadState(
      base: known,
      domiq: side(domiq, mapping.canonical(domiq: domiq), unchanged: domiqUnchanged),
      resman: side(resman, mapping.canonical(resman: resman), unchanged: resmanUnchanged),
      facts: facts)
  }
}

/// What to do where the evidence does not show which system is right.
package enum ConflictPolicy: String, Codable, CaseIterable, Sendable {
  /// A person decides.
  case review
  /// ResMan is right: pull.
  case resman
  /// DomIQ is right: push where reachable, else a person decides.
  case domiq
  /// The side further on in the funnel is right, unless somebody moved the lead backwards on purpose.
  case forward
}

/// What to do with a status outside the vocabulary.
package enum UnknownStatusPolicy: String, Codable, CaseIterable, Sendable {
  /// Reported with its raw text, never coerced.
  case quarantine
  /// It counts as `new` (docs/decisions/008-unknown-status.md).
  case sourceDefault = "source_default"
}

/// The policies of an installation.
package struct Policy: Sendable, Equatable {
  package var conflict: ConflictPolicy
  package var unbased: ConflictPolicy
  package var unknownStatus: UnknownStatusPolicy
  /// Whether repairs may notify people.
  package var notifyOnRepair: Bool

  package init(
    conflict: ConflictPolicy = .forward, unbased: ConflictPolicy = .review,
    unknownStatus: UnknownStatusPolicy = .quarantine, notifyOnRepair: Bool = false
  ) {
    self.conflict = conflict
    self.unbased = unbased
    self.unknownStatus = unknownStatus
    self.notifyOnRepair = notifyOnRepair
  }
}

extension StatusMapping {
  /// What a text of a system means; nil where it is outside the vocabulary and may not count as new.
  package func meaning(of raw: String, in system: System, _ policy: Policy) -> Status? {
    let status = system == .resman ? canonical(resman: raw) : canonical(domiq: raw)
    return status ?? (policy.unknownStatus == .sourceDefault ? .new : nil)
  }
}

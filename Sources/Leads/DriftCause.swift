/// Why two sides differ, where the log proves it.
package enum DriftCause: String, Codable, CaseIterable, Sendable {
  /// Our last push of this status had no effect: it was refused, or given up before it was sent.
  case pushFailed = "push_failed"
  /// The outcome of our last push is not known, or it may have been applied.
  case pushUnknown = "push_unknown"
  /// Our last webhook to DomIQ did not arrive; ResMan still has the status that it carried.
  case webhookMissed = "webhook_missed"
  /// ResMan's version is newer than the agreement, and no row of ours explains it.
  case staffEdit = "staff_edit"
  /// A status outside the vocabulary.
  case mappingGap = "mapping_gap"
  /// The log claims a success that had no effect.
  case phantom
  /// The log proves none of these.
  case unknown
}

/// The last row of a lead's log, with what a cause is derived from.
package struct LastChange: Sendable, Equatable {
  package enum End: String, Sendable, CaseIterable { case pending, success, failed }

  package var direction: Direction
  package var end: End
  /// Why it failed; nil unless it did.
  package var failure: FailureCause?
  package var new: Status

  package init(direction: Direction, end: End, failure: FailureCause?, new: Status) {
    self.direction = direction
    self.end = end
    self.failure = failure
    self.new = new
  }
}

extension DriftCause {
  /// What the log proves of one lead's drift.
  package static func proven(
    by last: LastChange?, decision: Decision, state: LeadState
  ) -> DriftCause {
    if decision.verdict == .phantom { return .phantom }
    if decision.verdict == .unmapped { return isOutsideVocabulary(state) ? .mappingGap : .unknown }
    guard decision.verdict != .unread, decision.verdict != .missingInResman else { return .unknown }
    if let last, last.end != .success {
      if let cause = unfinished(last, state) { return cause }
    } else if [.resmanMoved, .conflict].contains(decision.verdict), isResManNewer(state) {
      return .staffEdit
    }
    return .unknown
  }

  /// The cause that a pending or failed row proves; nil if the row is not about these statuses.
  private static func unfinished(_ last: LastChange, _ state: LeadState) -> DriftCause? {
    switch last.direction {
    case .toResMan:
      let isOpen = last.end == .pending || last.failure?.mayBeApplied == true
      if isOpen { return .pushUnknown }
      let isOvertaken = last.failure?.isOvertaken == true
      return isOvertaken || status(of: state.domiq) != last.new ? nil : .pushFailed
    case .fromResMan:
      return status(of: state.resman) == last.new && status(of: state.domiq) != last.new
        ? .webhookMissed : nil
    }
  }

  private static func isResManNewer(_ state: LeadState) -> Bool {
    state.resmanEvidence.isNewer == true
  }

  private static func isOutsideVocabulary(_ state: LeadState) -> Bool {
    guard state.fault == nil else { return false }
    if case .seen(_, nil, _) = state.domiq { return true }
    if case .seen(_, nil, _) = state.resman { return true }
    return false
  }

  private static func status(of sighting: Sighting) -> Status? {
    if case .seen(_, let status, _) = sighting { status } else { nil }
  }
}

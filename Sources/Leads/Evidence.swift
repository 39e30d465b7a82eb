/// What proves that a change was made (`context_data.evidence`).
package enum Evidence: String, Codable, CaseIterable, Sendable {
  /// The other system's own answer.
  case acknowledged
  /// ResMan's history names the change.
  case history
  /// The lead was read back and has the new status.
  case valueMatch = "value_match"
}

/// Why a change was not made, as the log has it (`status_sync_log.failure`). Logs that were taken over may have
/// other words.
package enum FailureCause: String, Codable, CaseIterable, Sendable {
  /// ResMan refuses the conditions of the new status (422).
  case conditions
  /// The other system refuses the change.
  case refused
  /// 401.
  case unauthorized
  /// 403.
  case forbidden
  /// The lead differs from its state when the change was decided.
  case stale
  /// Somebody moved the lead since, or an earlier change never took effect.
  case superseded
  /// The lead no longer exists.
  case missing
  /// The lead could not be read just before the write.
  case unread
  /// No time was left, or the other system asks to wait.
  case deferred
  /// No byte was sent.
  case notSent = "not_sent"
  /// It is not known whether the change was made.
  case unknown

  /// The change may have been made nevertheless.
  package var mayBeApplied: Bool { self == .unknown || self == .superseded }

  /// The lead had moved meanwhile; the change itself did not fail.
  package var isOvertaken: Bool { self == .stale || self == .missing }
}

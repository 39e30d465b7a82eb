/// Which instant a bare day such as `2026-11-23` stands for, where an option or a parameter takes an instant. It is
/// the same everywhere: the named day is included.
package enum BareDay: Sendable {
  /// Its first moment, 00:00 UTC: for a start.
  case first
  /// Its last moment, 23:59:59.999999 UTC: for an end, or an `as of`.
  case last

  /// For a help text or a description.
  package static let help = "A bare day is meant whole, in UTC."
}

extension Instant {
  /// Reads an instant with an offset, or a day (`YYYY-MM-DD`) as its first or last moment in UTC.
  ///
  /// - Parameter now: for options that take no future time: the last moment of today is now. An instant, or a
  ///   later day, is returned as it was given.
  /// - Returns: nil for anything else.
  package init?(_ text: some StringProtocol, bareDay: BareDay, now: Instant? = nil) {
    if let instant = Instant(iso8601: text) {
      self = instant
      return
    }
    guard text.utf8.count == 10, let first = Instant(iso8601: text + "T00:00:00Z") else {
      return nil
    }
    guard bareDay == .last else {
      self = first
      return
    }
    let last = Instant(microseconds: first.microseconds + Instant.day - 1)
    if let now, first <= now, now < last { self = now } else { self = last }
  }
}

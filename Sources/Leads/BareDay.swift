/// Which moment a bare day such as `2026-11-23` stands for, where a day may be given for an instant.
/// One reading for every option and every parameter: a day that is named is inside.
public enum BareDay: Sendable {
  /// Its first moment, 00:00 UTC: where something begins.
  case first
  /// Its last moment, 23:59:59.999999 UTC: where something ends, or is pinned.
  case last

  /// For a help text or a description.
  public static let help = "A bare day is meant whole, in UTC."
}

extension Instant {
  /// Reads an instant with an offset, or a day (`YYYY-MM-DD`) as its first or last moment in UTC.
  ///
  /// - Parameter now: where a time to come makes no sense: the last moment of a day that is not over
  ///   is now. An instant, or a later day, is taken as it was given.
  /// - Returns: nil for anything else.
  public init?(_ text: some StringProtocol, bareDay: BareDay, now: Instant? = nil) {
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
    let last = Instant(microseconds: first.microseconds + 86_400_000_000 - 1)
    if let now, first <= now, now < last { self = now } else { self = last }
  }
}

/// One settled row of the log, as the view `settled_change` has it. It waits in files as it stands in
/// memory, so it is numbers only.
struct LoggedChange {
  /// Microseconds since 1970; nil where that is not finite.
  var at: Int64?
  var seq: Int64
  var old: Symbol?
  var new: Symbol?
  var updatedBy: Symbol?
  var direction: Symbol?
  /// The place of its property among those that its reader knows; nil for none.
  var property: Int32?
  var odd: Oddities = []

  /// What sets few rows apart; the bits of `settled_change.odd`.
  struct Oddities: OptionSet {
    var rawValue: Int32
    /// A hop nobody made: counts for the chain of old and new statuses only.
    static let bridged = Self(rawValue: 1)
    /// A staff move outside the transition rules.
    static let irregular = Self(rawValue: 2)
    static let failed = Self(rawValue: 4)
    /// Not done at the first attempt.
    static let retried = Self(rawValue: 8)
    /// Counted by when it was written, not by when it occurred.
    static let withoutTime = Self(rawValue: 16)
    /// By two clocks.
    static let syncedBefore = Self(rawValue: 32)
  }

  /// Whether it is part of the change stream as it was at `asOf`.
  func counts(asOf: Int64) -> Bool {
    guard let at, new != nil else { return false }
    return at <= asOf && !odd.contains(.failed)
  }
}

/// One settled row of the log, as the view `settled_change` has it.
struct SettledRow {
  /// Microseconds since 1970; nil where that is not finite.
  var at: Int64?
  /// The index of its property in its reader; nil for none.
  var property: Int32?
  var direction: Symbol?
  var odd: Oddities
  /// What it says; nil where it failed, or says neither when nor what.
  var change: LoggedChange?

  /// What sets few rows apart; the bits of `settled_change.odd`.
  struct Oddities: OptionSet {
    var rawValue: UInt8
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
    /// The lead was there before and is taken over as it was found.
    static let takenOver = Self(rawValue: 64)
    /// Told by ResMan's history: nobody carried it over.
    static let backfilled = Self(rawValue: 128)
  }
}

/// A row of the log that is part of the change stream. It waits in files as it stands in memory, so it is
/// numbers only, and few of them.
struct LoggedChange {
  /// Microseconds since 1970.
  var at: Int64
  var seq: Int64
  /// As in `SettledRow`.
  var property: Int32?
  var old: Symbol?
  var new: Symbol
  var updatedBy: Symbol?
  var direction: Symbol?
  var isBridged = false
  var isIrregular = false
  /// Nobody was seen to set the status: the lead is in it since before its history.
  var isTakenOver = false
}

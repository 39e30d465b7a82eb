import Leads

/// One settled row of the log, as the view `settled_change` has it.
struct SettledRow {
  /// Microseconds since 1970; nil where that is not finite.
  var at: Int64?
  /// The index of its property in its reader; nil for none.
  var property: Int32?
  var direction: Symbol?
  var odd: Oddities
  /// The change; nil if the row failed, or lacks its time or status.
  var change: LoggedChange?

  /// Properties that few rows have; the bits of `settled_change.odd`.
  struct Oddities: OptionSet {
    var rawValue: UInt8
    /// A bridged step: counts for the chain of old and new statuses only.
    static let bridged = Self(rawValue: 1)
    /// A move by staff that the transition rules do not allow.
    static let irregular = Self(rawValue: 2)
    static let failed = Self(rawValue: 4)
    /// Not done at the first attempt.
    static let retried = Self(rawValue: 8)
    /// Counted by the time it was written, because it has no time of its own.
    static let withoutTime = Self(rawValue: 16)
    /// `synced_at` is before the time it occurred: two clocks differ.
    static let syncedBefore = Self(rawValue: 32)
    /// The lead existed before and is taken over with the status found.
    static let takenOver = Self(rawValue: 64)
    /// From ResMan's history: StatusSync did not carry it over.
    static let backfilled = Self(rawValue: 128)
  }
}

/// A log row that is part of the change stream. It is spilled to files in its memory layout, so it has few
/// fields, and only numbers.
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
  /// Nobody was seen to set the status: the lead had it before its history begins.
  var isTakenOver = false
}

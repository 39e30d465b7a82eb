/// The time that a version names: a point, or a whole day where it has no time of day.
private struct VersionTime {
  var earliest: Instant
  var latest: Instant

  /// Nil where the text is not a time.
  init?(_ text: String) {
    guard let instant = Instant(iso8601: text) else { return nil }
    earliest = instant
    latest = instant
    if Self.isMidnight(text) { latest.microseconds += 86_400_000_000 - 1 }
  }

  /// Whether the time of day, as printed, is midnight: a date without a time.
  private static func isMidnight(_ text: String) -> Bool {
    let time = text.utf8.dropFirst(11).prefix { byte in
      byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    return time.allSatisfy { !(UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
  }
}

/// Whether a system's version is newer than the one it gave earlier; only versions of one system
/// are ever compared. Versions that are not times compare as text, by being different.
/// - Parameter asOf: the start of the run; a version from after it proves nothing. Nil: no bound.
/// - Returns: nil where nothing is proven: one is absent, from the future, or without a time of day
///   and within the same day as the other.
public func isNewer(_ version: String?, than logged: String?, asOf: Instant? = nil) -> Bool? {
  guard let version, let logged else { return nil }
  guard let new = VersionTime(version), let old = VersionTime(logged) else {
    return version != logged
  }
  if let asOf, new.earliest > asOf || old.earliest > asOf { return nil }
  if new.earliest > old.latest { return true }
  return new.latest <= old.earliest ? false : nil
}

/// What the log and the sightings know of one side since the agreement.
public struct SideEvidence: Sendable, Equatable {
  /// As that side printed it now, and as it came with the agreement.
  public var version: String?
  public var agreedVersion: String?
  /// Its status is not the one it last agreed on, nor the one it last showed; nil: not known.
  public var hasMoved: Bool?
  /// The agreement is a bridged row: a step of a push, which proves nothing.
  public var isBridged: Bool
  /// The start of the run; nil: no bound on versions.
  public var asOf: Instant?

  public init(
    version: String?, agreedVersion: String?, hasMoved: Bool?, isBridged: Bool, asOf: Instant?
  ) {
    self.version = version
    self.agreedVersion = agreedVersion
    self.hasMoved = hasMoved
    self.isBridged = isBridged
    self.asOf = asOf
  }

  /// Whether the side's version is newer than the one of the agreement; nil: not proven.
  public var isNewer: Bool? { Leads.isNewer(version, than: agreedVersion, asOf: asOf) }

  /// Whether it is proven that the side did not change since the agreement: its status is the one
  /// it showed before, and its version says so too.
  public var isProvenUnchanged: Bool { hasMoved != true && !isBridged && isNewer == false }

  /// Whether it still shows what it did before the agreement, and no version says whether it moved
  /// meanwhile.
  public var isUnclear: Bool { hasMoved == false && isNewer != true && !isProvenUnchanged }
}

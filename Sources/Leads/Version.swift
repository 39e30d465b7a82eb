/// The time of a version: an instant, or a whole day where it has no time of day.
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

/// Whether a system's version is newer than its earlier one; only versions of one system are compared. Versions that
/// are not times are compared as text, for equality only.
/// - Parameter asOf: the start of the run; a later version is no evidence. Nil: no bound.
/// - Returns: nil where it cannot be told: a version is absent, from the future, or has no time of day and is of the
///   same day as the other.
package func isNewer(_ version: String?, than logged: String?, asOf: Instant? = nil) -> Bool? {
  guard let version, let logged else { return nil }
  guard let new = VersionTime(version), let old = VersionTime(logged) else {
    return version != logged
  }
  if let asOf, new.earliest > asOf || old.earliest > asOf { return nil }
  if new.earliest > old.latest { return true }
  return new.latest <= old.earliest ? false : nil
}

/// What is known of one side since the agreement.
package struct SideEvidence: Sendable, Equatable {
  /// As that side printed it now, and as it came with the agreement.
  package var version: String?
  package var agreedVersion: String?
  /// Its status is not the one it last agreed on, nor the one it last showed; nil: not known.
  package var hasMoved: Bool?
  /// The agreement is a bridged row: a step of a push, which is no evidence.
  package var isBridged: Bool
  /// The start of the run; nil: no bound on versions.
  package var asOf: Instant?

  package init(
    version: String?, agreedVersion: String?, hasMoved: Bool?, isBridged: Bool, asOf: Instant?
  ) {
    self.version = version
    self.agreedVersion = agreedVersion
    self.hasMoved = hasMoved
    self.isBridged = isBridged
    self.asOf = asOf
  }

  /// Whether the side's version is newer than the one of the agreement; nil: not proven.
  package var isNewer: Bool? { Leads.isNewer(version, than: agreedVersion, asOf: asOf) }

  /// Whether it is proven that the side did not change since the agreement: neither its status nor its version did.
  package var isProvenUnchanged: Bool { hasMoved != true && !isBridged && isNewer == false }

  /// Whether it shows the same status as before the agreement and no version shows whether it changed meanwhile.
  package var isUnclear: Bool { hasMoved == false && isNewer != true && !isProvenUnchanged }
}

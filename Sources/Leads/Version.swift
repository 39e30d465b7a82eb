/// The time of a version: an instant, or a whole day where it has no time of day.
private struct VersionTime {
  var earliest: Instant
  var latest: Instant
  /// What `VersionMark` put behind the microseconds; nil where there is none.
  var mark: Substring?

  /// Nil where the text is not a time.
  init?(_ text: String) {
    guard let instant = Instant(iso8601: text) else { return nil }
    earliest = instant
    latest = instant
    let time = VersionMark.timeOfDay(text)
    mark = VersionMark.mark(of: time)
    // Midnight, as printed, is a date without a time.
    if time.dropLast(mark?.count ?? 0).allSatisfy({ "0:.".contains($0) }) {
      latest.microseconds += Instant.day - 1
    }
  }
}

/// Digits that stand for the content of a record, in a version whose time need not move with each change. They are
/// behind the microseconds of the time, where every reader of times cuts them off.
package enum VersionMark {
  /// A zero, so that no reader rounds the microseconds up, and nine digits of the content's hash.
  private static let length = 10
  private static let microseconds = 6

  /// The version with a mark: `2026-11-28T02:00:00Z` becomes `2026-11-28T02:00:00.0000000123456789Z`.
  /// - Parameter time: ISO 8601 with an offset; one that has digits behind its microseconds loses them.
  package static func marking(_ time: String, content: UInt64) -> String {
    let ofDay = Array(timeOfDay(time).utf8)
    var bytes = Array(time.utf8.prefix(11))
    bytes += ofDay.prefix(8)
    if ofDay.count == 5 { bytes += ":00".utf8 }
    bytes.append(UInt8(ascii: "."))
    let fraction = ofDay.dropFirst(9).prefix(microseconds)
    bytes += fraction
    let digits = String(content % 1_000_000_000).utf8
    let zeros = microseconds - fraction.count + length - digits.count
    bytes += repeatElement(UInt8(ascii: "0"), count: zeros)
    bytes += digits
    bytes += time.utf8.dropFirst(11 + ofDay.count)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The time of day as printed, without the offset.
  fileprivate static func timeOfDay(_ text: String) -> Substring {
    Substring(
      text.utf8.dropFirst(11).prefix { byte in
        (UInt8(ascii: "0")...UInt8(ascii: ":")).contains(byte) || byte == UInt8(ascii: ".")
      })
  }

  fileprivate static func mark(of timeOfDay: Substring) -> Substring? {
    guard let point = timeOfDay.firstIndex(of: ".") else { return nil }
    let fraction = timeOfDay[timeOfDay.index(after: point)...]
    guard fraction.count == microseconds + length else { return nil }
    let mark = fraction.dropFirst(microseconds)
    return mark.first == "0" ? mark : nil
  }
}

/// Whether a system's version is newer than its earlier one; only versions of one system are compared. Versions that
/// are not times are compared as text, for equality only. Of two versions of one time, another mark is a change.
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
  if new.earliest == old.earliest, let now = new.mark, let before = old.mark, now != before {
    return true
  }
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

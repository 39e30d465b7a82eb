import Foundation

/// A record of a lead as a page shows it, and whether it tells anything that the log and the last sighting do not.
/// The texts are valid while the page is.
package struct ShownRecord {
  package typealias Text = UnsafeBufferPointer<UInt8>

  /// The status in the system's own words.
  package var raw: Text?
  /// The canonical status; null where the text is outside the vocabulary.
  package var status: Text?
  /// `updated_at` as sent; null where it is absent or no time.
  package var version: Text?
  /// Of DomIQ's records alone.
  package var conversation: UUID?
  /// As `LeadDescription.told`; null where the record tells nothing beside its status.
  package var told: Text?
  /// When `told` became true, in microseconds since 1970; null where the version is absent or from the future.
  package var toldAt: Int64?
  /// The record can be used: nothing is wrong with it.
  package var isUsable: Bool
  /// An earlier record of this pull may have had the same lead.
  package var isPerhapsRepeated: Bool

  package init(
    raw: Text?, status: Text?, version: Text?, conversation: UUID?, told: Text?,
    toldAt: Int64?, isUsable: Bool, isPerhapsRepeated: Bool
  ) {
    self.raw = raw
    self.status = status
    self.version = version
    self.conversation = conversation
    self.told = told
    self.toldAt = toldAt
    self.isUsable = isUsable
    self.isPerhapsRepeated = isPerhapsRepeated
  }

  /// What is known of one side of a lead whose two sides agreed when they were last seen.
  package struct Kept {
    /// Status of the last agreement.
    package var base: Text
    package var raw: Text
    package var version: Text
    /// Of DomIQ alone.
    package var conversation: UUID?
    /// The last description told; null: none was.
    package var told: Text?
    /// Microseconds since 1970; null: not known.
    package var toldAt: Int64?

    package init(
      base: Text, raw: Text, version: Text, conversation: UUID?, told: Text?,
      toldAt: Int64?
    ) {
      self.base = base
      self.raw = raw
      self.version = version
      self.conversation = conversation
      self.told = told
      self.toldAt = toldAt
    }
  }

  /// The record is usable, came once, and every value of it is the one that is kept: byte for byte, and null equals
  /// only null. Whatever is not certain is news. A lead of which both sides show nothing new is in sync
  /// (docs/rules.md, rule 6), and no stage after the pull has to see it.
  package func showsNothingNew(since kept: Kept) -> Bool {
    guard isUsable, !isPerhapsRepeated, let raw, let status, let version else { return false }
    guard Self.equal(status, kept.base), Self.equal(raw, kept.raw),
      Self.equal(version, kept.version)
    else { return false }
    guard conversation == kept.conversation else { return false }
    guard let told else { return true }
    guard let known = kept.told else { return false }
    return Self.equal(told, known) && toldAt == kept.toldAt
  }

  private static func equal(_ a: Text, _ b: Text) -> Bool {
    let length = a.count
    guard length == b.count else { return false }
    guard let a = a.baseAddress, let b = b.baseAddress else { return true }
    return memcmp(a, b, length) == 0
  }
}

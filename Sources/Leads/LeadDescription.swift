/// How a tour ended, or that it is booked (docs/contracts.md#fields-that-describe).
package enum TourStatus: String, CaseIterable, Sendable {
  case booked, showed, cancelled
  case noShow = "no_show"
}

/// What a system tells of a lead beside its status (docs/contracts.md#fields-that-describe). It makes no drift; a value
/// that cannot be used costs itself alone.
package struct LeadDescription: Sendable, Equatable, Codable {
  /// In the order in which `told` has them.
  package enum Field: String, CaseIterable, Sendable {
    case source
    case lostReason = "lost_reason"
    case agentID = "agent_id"
    case agentName = "agent_name"
    case tourStatus = "tour_status"
    case lastContactAt = "last_contact_at"
    case firstContactAt = "first_contact_at"

    /// Bytes of UTF-8 that a value may have.
    package var most: Int {
      switch self {
      case .lostReason: 500
      case .source, .agentName: 200
      case .agentID, .lastContactAt, .firstContactAt: 100
      case .tourStatus: 50
      }
    }
  }

  /// U+001F, which no value has.
  package static let separator: UInt8 = 0x1F

  /// The values in the order of `Field`, parted by the separator; one that is not told is empty.
  package var told: String

  /// - Parameters:
  ///   - latest: a later time is none of a contact; null: not compared.
  ///   - value: the value of a field as received; null: not told.
  /// - Returns: null where nothing usable is told.
  package init?(latest: Instant? = nil, _ value: (Field) -> String?) {
    var text: [UInt8] = []
    for field in Field.allCases {
      if field != .source { text.append(Self.separator) }
      guard var value = value(field) else { continue }
      _ = value.withUTF8 { Self.append($0, as: field, latest: latest, to: &text) }
    }
    guard text.contains(where: { $0 != Self.separator }) else { return nil }
    told = String(decoding: text, as: UTF8.self)
  }

  /// Appends what a value says, without the white space around it; nothing where that is all there is.
  /// - Returns: false where the value cannot be used: it is too long, has control characters, is no time or a time after
  ///   `latest`, or no word of the vocabulary. Then nothing is appended.
  package static func append(
    _ value: UnsafeBufferPointer<UInt8>, as field: Field, latest: Instant?, to text: inout [UInt8]
  ) -> Bool {
    var range = value.startIndex..<value.endIndex
    while let first = range.first, isSpace(value[first]) { range.removeFirst() }
    while let last = range.last, isSpace(value[last]) { range.removeLast() }
    guard !range.isEmpty else { return true }
    let trimmed = UnsafeBufferPointer(rebasing: value[range])
    guard trimmed.count <= field.most, !hasControlCharacter(trimmed) else { return false }
    switch field {
    case .source, .lostReason, .agentID, .agentName:
      text.append(contentsOf: trimmed)
    case .lastContactAt, .firstContactAt:
      guard let time = Instant(utf8: trimmed), latest.map({ time <= $0 }) ?? true else {
        return false
      }
      text.append(contentsOf: trimmed)
    case .tourStatus:
      let word = StatusMapping.normalise(String(decoding: trimmed, as: UTF8.self))
      guard let status = TourStatus(rawValue: word) else { return false }
      text.append(contentsOf: status.rawValue.utf8)
    }
    return true
  }

  /// What is told of one field; nil where nothing is.
  package subscript(field: Field) -> String? {
    let parts = told.utf8.split(separator: Self.separator, omittingEmptySubsequences: false)
    guard let place = Field.allCases.firstIndex(of: field), place < parts.count,
      !parts[place].isEmpty
    else { return nil }
    return String(parts[place])
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// C0, DEL, and C1 (in UTF-8 two bytes, the first of them C2).
  private static func hasControlCharacter(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var before: UInt8 = 0
    for byte in text {
      if byte < 0x20 || byte == 0x7F || (before == 0xC2 && byte < 0xA0) { return true }
      before = byte
    }
    return false
  }
}

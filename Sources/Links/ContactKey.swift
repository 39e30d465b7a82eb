import Leads
/// A country whose telephone numbers may be written without their country code (`domiq.country`).
package enum DialingCountry: String, Codable, CaseIterable, Sendable {
  case unitedStates = "US"
  case canada = "CA"
}

/// An e-mail address or a telephone number in the one form in which two systems' contacts are compared.
package struct ContactKey: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable { case email, phone }

  package var kind: Kind
  /// The address in lower case, or the number in E.164.
  package var value: String

  /// An address, trimmed and in lower case; nil where it is none, or nobody's own.
  package init?(email text: String) {
    let address = text.trimmed.lowercased()
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), address.utf8.count <= 254,
      !address.contains(where: { $0.isWhitespace || ",;<>\"".contains($0) }),
      !parts[1].hasPrefix("."), !parts[1].hasSuffix(".")
    else { return nil }
    let name = String(parts[0].filter { !"._-".contains($0) })
    guard !Self.nobody.contains(name) else { return nil }
    self.init(kind: .email, value: address)
  }

  /// A number in E.164; nil where it is none, has an extension, or is nobody's own. Numbers of the North American plan are
  /// checked by its rules; those of other countries, which begin with `+` or `011`, by their length alone.
  /// - Parameter country: of a number without a country code; both are of the North American plan.
  package init?(phone text: String, country: DialingCountry) {
    let text = text.trimmed
    // Any letter names an extension, or that it is no number.
    guard text.allSatisfy({ $0.isASCII && ($0.isNumber || " +-().\u{2F}".contains($0)) }),
      !text.dropFirst().contains("+")
    else { return nil }
    var digits = text.filter(\.isNumber)
    var isInternational = text.hasPrefix("+")
    if !isInternational, digits.hasPrefix("011") {
      digits.removeFirst(3)
      isInternational = true
    }
    if isInternational, !digits.hasPrefix("1") {
      guard (7...15).contains(digits.count), !digits.hasPrefix("0"), !Self.isNobodys(digits)
      else { return nil }
      self.init(kind: .phone, value: "+" + digits)
      return
    }
    if digits.count == 11, digits.hasPrefix("1") { digits.removeFirst() }
    guard Self.isNorthAmerican(digits), !Self.isNobodys(digits) else { return nil }
    self.init(kind: .phone, value: "+1" + digits)
  }

  private init(kind: Kind, value: String) {
    self.kind = kind
    self.value = value
  }

  /// Names of addresses that are typed where there is none, without dots, hyphens and underlines.
  private static let nobody: Set<String> = [
    "noemail", "none", "no", "na", "n/a", "nomail", "noreply", "donotreply", "unknown", "declined",
    "refused", "noemailaddress", "notprovided",
  ]

  /// Area code and exchange begin with 2 to 9, and neither is a service as 911.
  private static func isNorthAmerican(_ digits: String) -> Bool {
    let all = Array(digits.utf8)
    guard all.count == 10 else { return false }
    return [0, 3].allSatisfy { start in
      (UInt8(ascii: "2")...UInt8(ascii: "9")).contains(all[start])
        && !(all[start + 1] == UInt8(ascii: "1") && all[start + 2] == UInt8(ascii: "1"))
    }
  }

  /// All digits equal, or counted up.
  private static func isNobodys(_ digits: String) -> Bool {
    Set(digits).count == 1 || digits == "1234567890" || digits == "2345678901"
  }

  /// The contact as evidence for people, of which nobody can be written to: `e-mail a…@example.com`, `phone …0142`.
  package var masked: String {
    switch kind {
    case .phone: return "phone …\(value.suffix(4))"
    case .email:
      let parts = value.split(separator: "@")
      return "e-mail \(parts[0].prefix(1))…@\(parts[1])"
    }
  }
}

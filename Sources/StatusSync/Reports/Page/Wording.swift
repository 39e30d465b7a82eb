import Foundation
import Leads

/// How numbers, times and statuses read on the page.
enum Wording {
  /// `5,012`.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
      grouped.append(digit)
    }
    return value < 0 ? "−\(grouped)" : grouped
  }

  /// `1 lead`, `5,012 leads`.
  static func count(_ value: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? one : many ?? one + "s")"
  }

  /// `61.4 %`: one decimal, rounded towards failure, so that only a whole is 100 %.
  static func percent(_ rate: Double) -> String {
    guard rate.isFinite else { return unknown }
    // The nudge keeps 0.614 at 61.4 where its nearest binary number lies just below.
    let tenths = (rate * 1000 + 1e-9).rounded(.down)
    if tenths == 0, rate > 0 { return "under 0.1 %" }
    let whole = tenths >= 1000 && rate < 1 ? 999 : tenths
    return "\(decimal(whole / 10)) %"
  }

  /// A rate, or `–` where there is none.
  static func percent(_ rate: Double?) -> String { rate.map { percent($0) } ?? dash }

  /// `4.1 – 8.9 %`; nil unless both ends are known.
  static func interval(_ low: Double?, _ high: Double?) -> String? {
    guard let low, let high else { return nil }
    let ends = [low, high].map { decimal(($0 * 1000).rounded() / 10) }
    return "\(ends[0]) to \(ends[1]) %"
  }

  /// One decimal, none where it is 0 and the number large enough not to miss it.
  static func decimal(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return unknown }
    let tenths = Int((value * 10).rounded())
    return "\(count(tenths / 10)).\(abs(tenths % 10))"
  }

  /// `45 s`, `4 min`, `3 h 20 min`, `2.4 days`, `47 days`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return unknown }
    switch seconds {
    case ..<10: return "\(decimal(max(0, seconds))) s"
    case ..<99.5: return "\(Int(seconds.rounded())) s"
    case ..<5_970: return "\(Int((seconds / 60).rounded())) min"
    case ..<86_400:
      let minutes = Int((seconds / 60).rounded())
      return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    case ..<(20 * 86_400): return "\(decimal(seconds / 86_400)) days"
    default: return "\(count(Int(min(seconds / 86_400, 1e9).rounded()))) days"
    }
  }

  /// A duration, or `–`.
  static func duration(_ seconds: Double?) -> String { seconds.map { duration($0) } ?? dash }

  /// What stands where there is no figure.
  static let dash = "–"
  /// What stands where a figure cannot be known.
  static let unknown = "not known yet"

  /// `Tour scheduled`; a status outside the vocabulary stays as it is.
  static func status(_ raw: String) -> String {
    guard Status(rawValue: raw) != nil, let first = raw.first else { return raw }
    return first.uppercased() + raw.dropFirst().replacing("_", with: " ")
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  /// `2026-03-01` as `1 March 2026`; anything else as it is.
  static func day(_ iso: String) -> String {
    let parts = iso.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return iso }
    return "\(parts[2]) \(months[parts[1] - 1]) \(parts[0])"
  }

  /// `2026-03-01` as `1 Mar`.
  static func shortDay(_ iso: String) -> String {
    let parts = iso.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return iso }
    return "\(parts[2]) \(months[parts[1] - 1].prefix(3))"
  }

  /// `2026-03-01T02:00:00Z` as `1 March 2026, 02:00 UTC`.
  static func instant(_ iso: String) -> String {
    guard iso.count >= 16 else { return iso }
    let time = iso.dropFirst(11).prefix(5)
    return "\(day(iso)), \(time) UTC"
  }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}

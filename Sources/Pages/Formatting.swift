import Foundation
import Leads

/// The form of numbers, times and statuses on the page.
package enum Formatting {
  /// `5,012`.
  package static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
      grouped.append(digit)
    }
    return value < 0 ? "−\(grouped)" : grouped
  }

  /// `1 lead`, `5,012 leads`.
  package static func count(_ value: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? one : many ?? one + "s")"
  }

  /// `61.4 %`: one decimal, rounded; a part is never 100 %, and a number above 0 is never 0 %.
  package static func percent(_ rate: Double) -> String {
    guard rate.isFinite else { return unknown }
    // The small addition rounds 0.5555 to 55.6, although its nearest binary number is slightly lower.
    let tenths = (rate * 1000 + 1e-9).rounded()
    if tenths == 0, rate > 0 { return "under 0.1\(gap)%" }
    let whole = tenths >= 1000 && rate < 1 ? 999 : tenths
    return "\(decimal(whole / 10))\(gap)%"
  }

  /// A rate, or `–` where there is none.
  package static func percent(_ rate: Double?) -> String { rate.map { percent($0) } ?? dash }

  /// `4.1 – 8.9 %`; nil unless both ends are known.
  package static func interval(_ low: Double?, _ high: Double?) -> String? {
    guard let low, let high else { return nil }
    let ends = [low, high].map { decimal(($0 * 1000).rounded() / 10) }
    return "\(ends[0]) to \(ends[1])\(gap)%"
  }

  /// `4.1 and 8.9 %`.
  package static func between(_ low: Double, _ high: Double) -> String? {
    interval(low, high)?.replacing(" to ", with: " and ")
  }

  /// A value of a figure in the unit that its row names.
  package static func figure(_ value: Double, unit: String?) -> String {
    switch unit {
    case "rate": percent(value)
    case "seconds": duration(value)
    default: decimal(value)
    }
  }

  /// A value that misses a limit, and the limit: with so many digits that the two never read the same.
  static func missed(
    _ value: Double, _ limit: Double, unit: String?
  ) -> (value: String, limit: String) {
    var texts = (value: figure(value, unit: unit), limit: figure(limit, unit: unit))
    let factor = unit == "rate" ? 100.0 : 1
    let name = unit == "rate" ? "\(gap)%" : unit == "seconds" ? "\(gap)s" : ""
    for digits in (unit == "seconds" ? 1 : 2)...9 where texts.value == texts.limit {
      texts.value = String(format: "%.\(digits)f", value * factor) + name
      texts.limit = String(format: "%.\(digits)f", limit * factor) + name
    }
    return texts
  }

  /// One decimal; none if it is 0 and the number is large.
  static func decimal(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return unknown }
    let tenths = Int((value * 10).rounded())
    return "\(count(tenths / 10)).\(abs(tenths % 10))"
  }

  /// `45 s`, `4 min`, `3 h 20 min`, `2.4 days`, `47 days`; with non-breaking spaces.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return unknown }
    switch seconds {
    case ..<10: return "\(decimal(max(0, seconds)))\(gap)s"
    case ..<99.5: return "\(Int(seconds.rounded()))\(gap)s"
    case ..<5_970: return "\(Int((seconds / 60).rounded()))\(gap)min"
    case ..<86_400:
      let minutes = Int((seconds / 60).rounded())
      let hours = "\(minutes / 60)\(gap)h"
      return minutes % 60 == 0 ? hours : hours + "\(gap)\(minutes % 60)\(gap)min"
    case ..<(9.95 * 86_400):
      let days = decimal(seconds / 86_400)
      return days == "1.0" ? "1\(gap)day" : "\(days)\(gap)days"
    default: return "\(count(Int(min(seconds / 86_400, 1e9).rounded())))\(gap)days"
    }
  }

  /// A duration, or `–`.
  package static func duration(_ seconds: Double?) -> String {
    seconds.map { duration($0) } ?? dash
  }

  /// Keeps a figure and its unit on one line.
  package static let gap = "\u{A0}"
  /// The text in place of a missing figure.
  static let dash = "–"
  /// The text in place of a figure that cannot be known.
  package static let unknown = "not known yet"

  /// How many characters of an outside name are shown; the files have the whole name.
  static let longestName = 80

  /// A text from outside, cut if it is long.
  package static func cut(_ text: String) -> String {
    guard text.unicodeScalars.count > longestName else { return text }
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(longestName - 1) { kept.append(scalar) }
    return String(kept) + "…"
  }

  /// `five` up to nine, then in digits.
  static func small(_ count: Int) -> String {
    let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return words.indices.contains(count) ? words[count] : self.count(count)
  }

  /// `Tour scheduled`; a status outside the vocabulary stays as it is.
  package static func status(_ raw: String) -> String {
    guard Status(rawValue: raw) != nil, let first = raw.first else { return cut(raw) }
    return first.uppercased() + raw.dropFirst().replacing("_", with: " ")
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  /// `2026-03-01` as `1 March 2026`; anything else as it is.
  package static func day(_ iso: String) -> String {
    let parts = iso.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return iso }
    return "\(parts[2])\(gap)\(months[parts[1] - 1]) \(parts[0])"
  }

  /// `2026-03-01` as `1 Mar`.
  static func shortDay(_ iso: String) -> String {
    let parts = iso.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return iso }
    return "\(parts[2])\(gap)\(months[parts[1] - 1].prefix(3))"
  }

  /// `2026-03-01T02:00:00Z` as `1 March 2026, 02:00 UTC`.
  package static func instant(_ iso: String) -> String {
    guard iso.count >= 16 else { return iso }
    let time = iso.dropFirst(11).prefix(5)
    return "\(day(iso)), \(time)\(gap)UTC"
  }

  /// `a`, `a and b`, `a, b and c`.
  package static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}

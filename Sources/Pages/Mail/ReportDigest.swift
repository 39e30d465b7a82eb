import Leads

/// A report as people get it: a line, a text of ten lines, a page that mail programs show, and a few lines for Slack. A
/// pure function of `PageData`.
package struct ReportDigest: Sendable, Equatable {
  package var subject: String
  package var text: String
  package var html: String
  package var slack: String

  /// - Parameters:
  ///   - property: whose report it is, by name; null: all properties together.
  ///   - link: where the whole page is; null: nowhere that people can follow.
  package init(_ data: PageData, property: String?, link: String?) {
    let about = property.map { ": \(Formatting.cut($0))" } ?? ""
    subject = Self.plain("Lead status, \(Formatting.day(data.asOf))\(about)")
    let sentence = SummaryPage.sentence(data)
    let figures = SummaryPage.figures(data)
    let facts = Self.facts(data)
    let seen = link.map { ["The whole page: \($0)"] } ?? []
    let values = figures.map { "\($0.title): \($0.value ?? $0.missing). \($0.detail)" }
    text = Self.plain(([subject, "", sentence] + values + facts + seen).joined(separator: "\n"))
    slack = Self.plain(
      ([sentence] + figures.map { "• \($0.title): \($0.value ?? $0.missing)" } + seen)
        .joined(separator: "\n"))
    html = DigestPage.render(data, title: subject, facts: facts, link: link).text
  }

  /// With plain spaces, as every reader shows them, and without marks that turn the direction of what follows.
  private static func plain(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{A0}": plain.append(" ")
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": plain.append("\u{FFFD}")
      default: plain.append(scalar)
      }
    }
    return String(plain)
  }

  /// What deserves a look, a sentence each: at most five.
  private static func facts(_ data: PageData) -> [String] {
    var facts: [String] = []
    if data.reviewCount > 0 {
      facts.append(
        "\(Formatting.count(data.reviewCount, "question")) "
          + "\(data.reviewCount == 1 ? "waits" : "wait") for a person.")
    }
    if data.stalledCount > 0 {
      facts.append(
        "\(Formatting.count(data.stalledCount, "lead")) "
          + "\(data.stalledCount == 1 ? "has" : "have") stayed longer than nine in ten.")
    }
    let maturity = data.shownFunnel.isMature ? "mature" : "all"
    let below = data.properties.filter {
      $0.maturity == maturity && $0.reading(against: data.portfolioRate) == .below
    }
    if !below.isEmpty {
      let names = below.prefix(3).map { Formatting.cut($0.name ?? $0.id ?? "") }
      let more = below.count > 3 ? ["\(Formatting.count(below.count - 3)) more"] : []
      facts.append("Clearly below the portfolio: \(Formatting.list(names + more)).")
    }
    guard let described = data.described else { return facts }
    let lost = described.reasons.reduce(0) { $0 + $1.lost }
    if let first = described.reasons.first(where: { $0.kind == "reason" && $0.lost > 0 }) {
      facts.append(
        "Most frequent reason for a loss: \(Formatting.cut(first.name ?? "")), "
          + "\(Formatting.count(first.lost)) of \(Formatting.count(lost, "lost lead")).")
    }
    if let tours = described.tours, tours.booked > tours.unknown { facts.append(tours.sentence) }
    return facts
  }
}

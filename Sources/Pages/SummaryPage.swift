import Foundation
import Leads

/// The page for managers: one file, no script, no network, made to be printed.
///
/// A pure function of `PageData`: the same data is the same bytes.
package enum SummaryPage {
  /// The whole document.
  package static func render(_ data: PageData) -> String {
    let title = "Lead status, \(Formatting.day(data.asOf))"
    return document(
      title,
      """
      <header>
      <h1>\(title)</h1>
      <p class="sentence">\(sentence(data))</p>
      <p class="how">\(period(data))\(propertiesLink(data))</p>
      </header>
      \(unanswered(data))\(tiles(data))\(targets(data.targets))\(week(data))\(funnel(data))\(curves(data))\
      \(timeInStatus(data))\(days(data))\(properties(data))\(described(data))\
      \(leads(data))\(night(data))\(notes(data))
      """)
  }

  /// The link to the pages of the properties; nil where there is none.
  private static func propertiesLink(_ data: PageData) -> HTML? {
    data.pageNames.isEmpty
      ? nil : " <a href=\"\(PageNames.folder)/\(PageNames.index)\">A page for each property</a>."
  }

  /// A whole document around a page's parts.
  static func document(_ title: String, _ content: HTML) -> String {
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light">
      <meta name="referrer" content="no-referrer">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'">
      <title>\(title)</title>
      <style>
      \(style)</style>
      </head>
      <body>
      \(patterns)<main>
      \(content)</main>
      </body>
      </html>

      """
    return page.text
  }

  /// The page in one sentence: new leads, leased leads, the response time, and whether the two systems agree. Unknown
  /// figures are left out.
  static func sentence(_ data: PageData) -> String {
    let steps = data.funnel["all"] ?? []
    guard let created = steps.first?.reached, created > 0 else {
      let taken = data.flaw("truncated")?.count ?? 0
      return isFirstSight(data)
        ? "\(Formatting.count(taken, "lead")) \(taken == 1 ? "was" : "were") taken over as found; how far new "
          + "leads come will show from now on" + nightClause(data) + "."
        : "\(windowWords(data)), no new lead came in" + nightClause(data) + "."
    }
    var clauses = [
      created == 1 ? "one new lead came in" : "\(Formatting.count(created)) new leads came in"
    ]
    if let last = steps.last, last.status == "leased" {
      let rate = last.overallRate.map { " (\(Formatting.percent($0)))" } ?? ""
      clauses.append(
        last.reached == 0
          ? "none has leased so far"
          : "\(Formatting.count(last.reached))\(rate) \(last.reached == 1 ? "has" : "have") leased so far"
      )
    }
    if let median = data.figure(.responseMedian)?.value {
      clauses.append(
        "half of the leads not lost first are answered within \(Formatting.duration(median))")
    }
    return "\(windowWords(data)), \(Formatting.list(clauses))" + nightClause(data) + "."
  }

  /// The length of the window in whole days. A window that ends with a bare day ends at its last moment.
  private static func windowWords(_ data: PageData) -> String {
    guard let start = data.windowStart, let end = data.windowEnd,
      let from = Instant(iso8601: start), let to = Instant(iso8601: end)
    else { return "Up to \(Formatting.day(data.asOf))" }
    let days = max(1, (to.microseconds - from.microseconds + Instant.day / 2) / Instant.day)
    return "In the \(Formatting.count(Int(days), "day")) to \(Formatting.day(end))"
  }

  private static func nightClause(_ data: PageData) -> String {
    data.night.map {
      "; " + NightSentences(night: $0, waiting: data.reviewCount).clause
    } ?? ""
  }

  static func period(_ data: PageData) -> String {
    let pinned = "Every figure is as of \(Formatting.instant(data.asOf))."
    guard let start = data.windowStart, let end = data.windowEnd else { return pinned }
    return "From \(Formatting.instant(start)) to \(Formatting.instant(end)). " + pinned
  }
}

/// A calendar day as a number, for weekdays and differences.
struct LocalDay: Comparable {
  /// Days since 1970-01-01.
  let number: Int

  /// Reads `YYYY-MM-DD`, whatever follows it; nil for anything else.
  init?(_ iso: String) {
    let parts = iso.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...9999).contains(parts[0]), (1...12).contains(parts[1]),
      (1...31).contains(parts[2])
    else { return nil }
    let date = CivilDate(year: Int64(parts[0]), month: Int64(parts[1]), day: Int64(parts[2]))
    number = Int(date.daysSince1970)
  }

  /// 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday.
  var weekday: Int { ((number + 3) % 7 + 7) % 7 }

  static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

import Changes
import Foundation
import Leads
import Nightly
import Pages
import Reports
import Store

/// The review queue for people.
package enum ReviewText {
  /// One line a question, and how to answer.
  package static func list(_ items: [ReviewItem]) -> String {
    guard !items.isEmpty else { return "No question waits for a person." }
    let count = Formatting.count(items.count, "open question")
    return """
      \(table(items))

      \(count). See one with: status-sync review show LEAD
      Answer with: status-sync review resolve LEAD push|pull|accept|ignore
        push: set ResMan to DomIQ's status; pull: set DomIQ to ResMan's; accept: leave them different;
        ignore: ask again later (--until DATE --reason TEXT).
      """
  }

  private static func table(_ items: [ReviewItem]) -> String {
    Terminal.table(
      ["lead", "verdict", "agreed", "DomIQ", "ResMan", "since", "why"],
      items.map {
        [
          $0.resmanLeadID, $0.verdict, $0.base?.rawValue ?? "-", $0.domiqRaw ?? "-",
          $0.resmanRaw ?? "-", String($0.firstSeen.prefix(10)), $0.reason,
        ]
      })
  }

  /// One lead's question in full.
  package static func show(_ shown: ReviewCase) -> String {
    guard let item = shown.items.first else { return "No question waits for a person." }
    var parts = [
      heading(item), "", sides(item, shown), "", "What each answer does:", options(shown),
    ]
    if let own = shown.resmanHistory {
      parts += ["", "ResMan's own history, newest first:", ownHistory(own)]
    } else if let note = shown.resmanHistoryNote {
      parts += ["", "ResMan's own history: \(note)."]
    }
    parts += ["", "Our log, newest first:", log(shown.history)]
    let earlier = shown.items.dropFirst().map(answered)
    if !earlier.isEmpty { parts += ["", "Earlier questions:"] + earlier }
    return parts.joined(separator: "\n")
  }

  private static func heading(_ item: ReviewItem) -> String {
    let id = item.propertyID?.uuidString.lowercased()
    let place = [item.propertyName, id.map { "(\($0))" }].compactMap { $0 }.joined(separator: " ")
      .visible
    let age = Formatting.duration(item.ageSeconds).replacing("\u{A0}", with: " ")
    let state = item.state == "open" ? "open" : answered(item)
    return """
      \(item.resmanLeadID.visible) at \(place.isEmpty ? "no known property" : place)
      \(item.reason.visible) (\(item.verdict), rule \(item.rule))
      Asked since \(time(item.firstSeen)) (\(age)); \(state).
      """
  }

  private static func sides(_ item: ReviewItem, _ shown: ReviewCase) -> String {
    func row(_ name: String, _ side: ReviewCase.Side) -> [String] {
      let change = side.lastChange
      return [
        name, side.raw ?? "-", time(side.version),
        change.map { "\($0.old_status ?? "-") → \($0.new_status ?? "-")" }
          ?? "-",
        time(change?.occurred_at ?? change?.created_at), change?.updated_by ?? "-",
        change?.status_reason ?? "-",
      ]
    }
    return Terminal.table(
      ["", "says", "record changed", "last change from there in our log", "when", "by", "reason"],
      [
        row("DomIQ", shown.domiq), row("ResMan", shown.resman),
        ["agreed on", item.base?.rawValue ?? "nothing yet"],
      ])
  }

  private static func options(_ shown: ReviewCase) -> String {
    Terminal.table(
      ["", ""],
      shown.answers.map {
        ["  \($0.answer)", $0.isPossible ? $0.effect : "not possible: \($0.effect)"]
      }
    ).split(separator: "\n").joined(separator: "\n")
  }

  private static func ownHistory(_ own: [ReviewCase.OwnChange]) -> String {
    guard !own.isEmpty else { return "  nothing" }
    return indented(
      Terminal.table(
        ["when", "change", "by", "reason"],
        own.map {
          [
            time($0.at), "\($0.from ?? "-") → \($0.to ?? "-")", $0.by ?? "-", $0.reason ?? "-",
          ]
        }))
  }

  private static func log(_ rows: [HistoryRow]) -> String {
    guard !rows.isEmpty else { return "  nothing" }
    return indented(
      Terminal.table(
        ["when", "change", "by", "end", "reason"],
        rows.map { row in
          [
            time(row.occurred_at ?? row.created_at),
            "\(row.old_status ?? "-") → \(row.new_status ?? "-")",
            row.updated_by ?? "-",
            (row.sync_status ?? "-") + (row.failure.map { " (\($0))" } ?? ""),
            row.status_reason ?? "-",
          ]
        }))
  }

  /// The result of a question.
  private static func answered(_ item: ReviewItem) -> String {
    switch item.state {
    case "healed": return "ended by itself, last seen \(time(item.lastSeen))"
    case "open": return "open since \(time(item.firstSeen))"
    default:
      let who = item.answeredBy.map { " by \($0)" } ?? ""
      let why = item.answerReason.map { ": \($0)" } ?? ""
      let until = item.ignoreUntil.map { " until \(time($0))" } ?? ""
      return "\(item.state)\(until), answered \(time(item.answeredAt))\(who)\(why)".visible
    }
  }

  /// The results of answers, or of a preview.
  package static func resolved(_ resolved: [ResolvedItem], isDryRun: Bool) -> String {
    let table = Terminal.table(
      [
        "lead", "DomIQ", "ResMan", "answer", isDryRun ? "would be" : "result", "both will say",
        "why",
      ],
      resolved.map {
        [
          $0.resmanLeadID, $0.domiq ?? "-", $0.resman ?? "-", $0.answer, words($0.result),
          $0.target?.rawValue ?? "-", $0.reason ?? "",
        ]
      })
    let counts = Dictionary(grouping: resolved, by: \.result).mapValues(\.count)
      .sorted { $0.key < $1.key }.map { "\($0.value) \(words($0.key))" }.joined(separator: ", ")
    let end =
      isDryRun
      ? "Nothing was changed. Without --dry-run: \(counts)."
      : "\(Formatting.count(resolved.count, "answer")): \(counts)."
    return "\(table)\n\n\(end)"
  }

  /// A code word for people: `not possible`.
  private static func words(_ code: String) -> String { code.replacing("_", with: " ") }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
  }

  /// `2026-11-25 10:00:00Z`; a text that is no time as it is.
  private static func time(_ text: String?) -> String {
    guard let text else { return "-" }
    guard let instant = Instant(iso8601: text) else { return text }
    return instant.iso8601.prefix(19).replacing("T", with: " ") + "Z"
  }
}

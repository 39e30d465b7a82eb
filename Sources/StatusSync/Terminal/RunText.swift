import Foundation
import Leads
import Nightly
import Pages
import Reports
import Store

/// A run's summary for people.
package enum RunText {
  /// Verdicts, repairs, what waits, and where the files are.
  package static func summary(_ result: RunResult) -> String {
    let run = result.summary
    var parts = ["Run \(run.runID.uuidString.lowercased()), as of \(run.asOf)", "", verdicts(run)]
    parts += ["", outcomes(run)]
    if run.logged > 0 {
      let already = run.logged == 1 ? "1 lead" : "\(Formatting.count(run.logged)) leads"
      parts.append("\(already) already agreed; only our log was brought up to date.")
    }
    parts.append(
      "Open questions for a person: \(Formatting.count(run.review.open)), of which "
        + "\(Formatting.count(run.review.new)) are new.")
    for held in run.guards + run.stopped {
      parts.append("A safety limit stopped \(repairs(held)): \(held.reason).")
    }
    if let backfill = run.backfill, backfill.leads > 0 {
      parts.append(
        "For \(backfill.leads) of \(backfill.takenOver) leads seen for the first time, ResMan's history shows all "
          + "earlier statuses.")
    }
    if let override = run.override {
      parts.append(
        override.refused.map { "The limits were not lifted: \($0)." }
          ?? "\(Formatting.count(override.lifted.count, "limit")) lifted by --override.")
    }
    for alarm in run.driftAlarms?.alarms ?? [] {
      parts.append(
        "More differences than usual (\(alarm.verdict)): \(Formatting.count(alarm.drifted)) of "
          + "\(Formatting.count(alarm.leads, "lead")) at property "
          + "\(alarm.propertyID.uuidString.lowercased()).")
    }
    for gap in run.pull?.incomplete ?? [] {
      parts.append(
        "Not read completely: \(gap.system), property \(gap.propertyID): \(gap.reason).".visible)
    }
    for property in run.links?.unreadProperties ?? [] {
      parts.append("Contacts not read: property \(property); its links stay as they are.")
    }
    for fault in run.pull?.propertyFaults ?? [] { parts.append("Not read: \(fault).") }
    let uncompared =
      (run.verdicts[Verdict.unread.rawValue] ?? 0) + (run.pull?.unseen ?? 0)
    if uncompared > 0 { parts.append("Not compared: \(uncompared) leads that were not read.") }
    if let agreement = run.agreement, agreement.seen > 0 {
      let which = run.full ? "Leads in both systems" : "Leads compared this time, in both systems,"
      parts.append(
        "\(which) that agree: \(share(agreement.before, of: agreement.seen)) before, "
          + "\(share(agreement.after, of: agreement.seen, isShort: true)) after.")
    }
    parts.append(contentsOf: ["", "Reports: \(result.report.directory)"])
    if let pruned = result.pruned, !pruned.isEmpty { parts.append(PruneText.sentence(pruned)) }
    return parts.joined(separator: "\n")
  }

  /// What was found, in the page's words, with the code word in brackets.
  private static func verdicts(_ run: RunSummary) -> String {
    let known = NightWords.verdicts.map(\.0)
    let others = run.verdicts.keys.filter { !known.contains($0) }.sorted()
    let rows = (known + others).compactMap { name -> [String]? in
      guard let leads = run.verdicts[name], leads > 0 else { return nil }
      let words = NightWords.verdict(name)
      return [words == name ? name : "\(words) (\(name))", Formatting.count(leads)]
    }
    return Terminal.table(
      ["what was found", "leads"], rows + [["all compared", Formatting.count(run.pulled)]])
  }

  private static func outcomes(_ run: RunSummary) -> String {
    let planned = "Repairs: \(Formatting.count(run.planned)) planned"
    guard run.planned > 0 else { return planned + "." }
    let ends = run.outcomes.sorted { $0.key < $1.key }.map {
      "\(Formatting.count($0.value)) \($0.key)"
    }
    return "\(planned): \(ends.joined(separator: ", "))."
  }

  /// `12 changes of ResMan`.
  package static func repairs(_ held: HeldCohort) -> String {
    "\(Formatting.count(held.leads, "change")) of \(system(held.direction))"
  }

  /// `Changing ResMan`.
  package static func towards(_ direction: String) -> String { "Changing \(system(direction))" }

  private static func system(_ direction: String) -> String {
    (Direction(rawValue: direction) ?? .fromResMan).target.name
  }

  /// `4,729 of 4,919 (96.1 %)`, rounded down so that 100 % is all.
  private static func share(_ part: Int, of whole: Int, isShort: Bool = false) -> String {
    let percent = Formatting.percent(Double(part) / Double(whole)).replacing("\u{A0}", with: " ")
    let base = isShort ? "" : " of \(Formatting.count(whole))"
    return "\(Formatting.count(part))\(base) (\(percent))"
  }

  /// The portfolio's funnel as bars.
  package static func funnel(_ page: [FunnelLine]) -> String {
    guard let first = page.first?.reached, first > 0 else { return "Funnel: no lead yet." }
    return page.map { step in
      let width = Int(Double(step.reached) / Double(first) * 30)
      let name = step.status + String(repeating: " ", count: max(0, 15 - step.status.count))
      let bar = String(repeating: "█", count: max(width, step.reached > 0 ? 1 : 0))
      let share = Int((Double(step.reached) / Double(first) * 100).rounded(.down))
      return "\(name)\(bar) \(step.reached) (\(share) %)"
    }.joined(separator: "\n")
  }
}

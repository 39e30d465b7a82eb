import Foundation
import Leads

/// A run's summary for people.
public enum RunText {
  /// Verdicts, repairs, what waits, and where the files are.
  public static func summary(_ result: RunResult) -> String {
    let run = result.summary
    var parts = ["Run \(run.runID.uuidString.lowercased()), as of \(run.asOf)", ""]
    let order = Verdict.allCases.map(\.rawValue)
    let verdicts = run.verdicts.sorted {
      (order.firstIndex(of: $0.key) ?? 99) < (order.firstIndex(of: $1.key) ?? 99)
    }
    parts.append(
      Terminal.table(
        ["verdict", "leads"],
        verdicts.map { [$0.key, String($0.value)] } + [["total", String(run.pulled)]]))
    parts.append("")
    let outcomes = run.outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    parts.append(
      "Repairs: \(run.planned) planned"
        + (outcomes.isEmpty ? "." : ": " + outcomes.joined(separator: ", ") + ".")
        + " Logged without a call: \(run.logged).")
    parts.append(
      "Waiting for a person: \(run.review.open), of which \(run.review.new) are new.")
    for held in run.guards + run.stopped {
      parts.append("Held: \(held.leads) repairs \(held.direction): \(held.reason).")
    }
    if let override = run.override {
      parts.append(
        override.refused.map { "The override did not apply: \($0)." }
          ?? "The override lifted \(override.lifted.count) limits.")
    }
    for alarm in run.driftAlarms?.alarms ?? [] {
      parts.append(
        "Drift alarm (\(alarm.verdict)): \(alarm.drifted) of \(alarm.leads) leads drifted at "
          + "property \(alarm.propertyID.uuidString.lowercased()).")
    }
    for gap in run.pull?.incomplete ?? [] {
      parts.append("Not read completely: \(gap.system), property \(gap.propertyID): \(gap.reason).")
    }
    if let agreement = run.agreement, agreement.seen > 0 {
      parts.append(
        "Agreement: \(agreement.before) of \(agreement.seen) before, \(agreement.after) after.")
    }
    parts.append(contentsOf: ["", "Reports: \(result.report.directory)"])
    return parts.joined(separator: "\n")
  }

  /// The portfolio's funnel as bars.
  public static func funnel(_ page: [FunnelLine]) -> String {
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

/// One step of the funnel, for terminals.
public struct FunnelLine: Codable, Sendable, Equatable {
  public var status: String
  public var reached: Int
}

import Foundation
import Leads
import Nightly
import Pages
import Reports
import Store

/// How one night ended, for operators: finished or failed.
package struct RunEnding: Sendable {
  /// Lines that a ping carries at most.
  static let mostLines = 10

  package var status: ExitStatus
  package var startedAt: Instant
  package var finishedAt: Instant
  /// The error, as in the log; nil if the night ended normally.
  package var sentence: String?
  /// The error's name (docs/operations.md#errors).
  package var code: ErrorCode?
  /// The stage in which it occurred.
  package var stage: String?
  /// Nil if the night did not end normally.
  package var summary: RunSummary?
  /// Where its files are.
  package var directory: String?

  /// A night that ended normally.
  package init(_ result: RunResult, status: ExitStatus, startedAt: Instant, finishedAt: Instant) {
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    summary = result.summary
    directory = result.report.directory
  }

  /// A night that an error ended.
  package init(
    _ status: ExitStatus, code: ErrorCode, sentence: String, stage: String?, startedAt: Instant,
    finishedAt: Instant
  ) {
    self.code = code
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.sentence = sentence
    self.stage = stage
  }

  /// The causes of messages, by the name under which each is sent at most once a day.
  package var causes: [String] {
    guard let summary, status.rawValue < ExitStatus.usage.rawValue else {
      return status == .interrupted ? [] : [code?.rawValue ?? "failure"]
    }
    return [(4, "guard"), (5, "partial")].filter { summary.exitCodes.contains($0.0) }.map(\.1)
      + (summary.targets?.missed.isEmpty == false ? ["targets"] : [])
  }

  /// At most ten lines: how it ended, what was found and done, what waits, and where the files are. No lead
  /// and no secret is named.
  package var lines: [String] {
    var lines = ["exit \(status.rawValue): \(status.meaning)"]
    lines.append("from \(startedAt.iso8601.prefix(19))Z to \(finishedAt.iso8601.prefix(19))Z")
    if let sentence {
      let name = code.map { " [\($0.rawValue)]" } ?? ""
      lines.append((stage.map { "in stage \($0): " } ?? "") + sentence + name)
      if let code { lines.append("what to do: \(code.remedy)") }
    }
    if let summary { lines += told(summary) }
    return lines.prefix(Self.mostLines).map(\.visible)
  }

  private func told(_ run: RunSummary) -> [String] {
    var lines = ["run \(run.runID.uuidString.lowercased())"]
    let ends = run.outcomes.sorted { $0.key < $1.key }
      .map { "\(Formatting.count($0.value)) \($0.key)" }
    let repairs = "\(Formatting.count(run.planned, "repair")) planned"
    lines.append(
      "\(Formatting.count(run.pulled, "lead")) compared, "
        + (ends.isEmpty ? repairs : "\(repairs): \(ends.joined(separator: ", "))"))
    lines.append(
      "\(Formatting.count(run.review.open, "open question")), \(Formatting.count(run.review.new)) new"
    )
    if let missed = run.targets?.missed, let first = missed.first {
      let others = missed.count > 1 ? " (and \(missed.count - 1) more)" : ""
      lines.append("a target is missed: \(first.words)\(others)")
    }
    let held = run.guards + run.stopped
    if let first = held.first {
      let others = held.count > 1 ? " (and \(held.count - 1) more)" : ""
      lines.append("a safety limit stopped \(RunText.repairs(first)): \(first.reason)\(others)")
    }
    let gaps =
      (run.pull?.incomplete ?? []).map {
        "\($0.system), property \($0.propertyID.uuidString.lowercased()): \($0.reason)"
      } + (run.pull?.propertyFaults ?? [])
    if let first = gaps.first {
      lines.append(
        "not read completely: \(first)" + (gaps.count > 1 ? " (and \(gaps.count - 1) more)" : ""))
    }
    let longest = run.stages.sorted { ($0.value.seconds, $1.key) > ($1.value.seconds, $0.key) }
      .prefix(3).map { "\($0.key) \(Formatting.duration($0.value.seconds))" }
    if !longest.isEmpty { lines.append("longest stages: \(longest.joined(separator: ", "))") }
    if let directory { lines.append("reports: \(directory)") }
    return lines
  }
}

extension TargetFigures.Missed {
  /// The target, where, and the figure.
  fileprivate var words: String {
    let place = property.map { " at \($0)" } ?? ""
    let of = status.map { ", \($0)" } ?? ""
    let shown = value.map { " is \(Formatting.figure($0, unit: unit))" } ?? ""
    let base = n.map { " of \(Formatting.count(Int($0)))" } ?? ""
    return "\(target)\(place): \(figure)\(of)\(shown)\(base)"
  }
}

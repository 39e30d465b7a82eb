import Foundation
import Leads
import Nightly

/// Metrics in Prometheus' text format, under names of this program. Labels come from fixed lists, so the number of
/// series is bounded.
package struct PrometheusText {
  package private(set) var text = ""

  package init() {}

  /// One gauge, with a value for each label; nothing is written where there is none.
  mutating func gauge(_ name: String, _ help: String, label: String, _ values: [String: Double]) {
    guard !values.isEmpty else { return }
    head(name, help, "gauge")
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      sample(name, [(label, key)], value)
    }
  }

  /// One gauge without labels; nothing is written where its value is not known.
  package mutating func gauge(_ name: String, _ help: String, _ value: Double?) {
    guard let value else { return }
    head(name, help, "gauge")
    sample(name, [], value)
  }

  /// What samples of that name mean, before the first of them.
  /// - Parameter kind: `gauge`, `counter` or `histogram`.
  package mutating func head(_ name: String, _ help: String, _ kind: String) {
    text += "# HELP status_sync_\(name) \(help)\n# TYPE status_sync_\(name) \(kind)\n"
  }

  /// One sample.
  package mutating func sample(
    _ name: String, _ labels: [(name: String, value: String)], _ value: Double
  ) {
    let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
    let braces = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    text += "status_sync_\(name)\(braces) \(Self.number(value))\n"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}

extension PrometheusText {
  /// The textfile of one night. Values that are not known (a night that failed early, an unreachable
  /// database) are left out, so that a rule finds nothing instead of an old figure.
  init(_ ending: RunEnding, _ figures: OperatingFigures?) {
    gauge(
      "run_started_timestamp_seconds", "When the last night began.",
      Double(ending.startedAt.microseconds / 1_000_000))
    gauge(
      "run_finished_timestamp_seconds", "When the last night ended, whatever its exit status.",
      Double(ending.finishedAt.microseconds / 1_000_000))
    gauge(
      "run_exit_code", "Exit status of the last night; 0 and 3 are ordinary.",
      Double(ending.status.rawValue))
    if let summary = ending.summary { add(summary) }
    if let figures { add(figures) }
  }

  private mutating func add(_ run: RunSummary) {
    gauge("run_converged", "1 where nothing is left but older questions.", run.converged ? 1 : 0)
    gauge("run_full", "1 where the last night asked for every lead.", run.full ? 1 : 0)
    gauge(
      "run_stage_seconds", "How long each stage of the last night took.", label: "stage",
      run.stages.mapValues(\.seconds))
    gauge("run_leads", "Leads compared in the last night.", Double(run.pulled))
    gauge(
      "run_verdict_leads", "Leads of the last night by what was found.", label: "verdict",
      run.verdicts.mapValues(Double.init))
    gauge("run_repairs_planned", "Repairs that the last night planned.", Double(run.planned))
    gauge(
      "run_repair_leads", "Repairs of the last night by how they ended.", label: "outcome",
      run.outcomes.mapValues(Double.init))
    gauge(
      "run_held_batches", "Batches of repairs that a safety limit stopped in the last night.",
      Double(run.guards.count + run.stopped.count))
    let gaps = (run.pull?.incomplete.count ?? 0) + (run.pull?.propertyFaults?.count ?? 0)
    gauge(
      "run_incomplete_reads", "Properties of a system that the last night could not read whole.",
      Double(gaps))
    gauge("run_reviews_new", "Questions that the last night asked first.", Double(run.review.new))
  }

  private mutating func add(_ figures: OperatingFigures) {
    gauge("reviews_open", "Questions that wait for a person.", Double(figures.reviews_open))
    gauge(
      "reviews_oldest_age_seconds", "Age of the oldest question that waits; 0 where none does.",
      figures.oldest_review_seconds ?? 0)
    gauge(
      "changes_pending", "Status changes whose end is not known.", Double(figures.pending_changes))
    gauge(
      "watermark_lag_seconds",
      "Time since the property that was read completely longest ago was read so.",
      label: "system", figures.watermark_lag_seconds)
    gauge("database_bytes", "Size of the database.", Double(figures.database_bytes))
    gauge(
      "delivery_ratio", "Share of the messages of 30 days that were delivered.",
      figures.messages_ended > 0
        ? Double(figures.messages_delivered) / Double(figures.messages_ended) : nil)
    guard let live = figures.live else { return }
    gauge("outbox_pending", "Messages that wait to be sent.", Double(live.pending))
    gauge(
      "outbox_oldest_age_seconds", "Age of the oldest message that waits; 0 where none does.",
      live.oldest_pending_seconds ?? 0)
    gauge("outbox_dead", "Messages given up in the last 30 days.", Double(live.dead))
    gauge(
      "actions_pending", "Workflow actions not run yet.", Double(live.actions_pending))
    gauge(
      "actions_failed", "Workflow actions given up in the last 30 days.",
      Double(live.actions_failed))
  }
}

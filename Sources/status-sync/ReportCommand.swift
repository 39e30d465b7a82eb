import Analytics
import ArgumentParser
import Foundation
import Leads
import Postgres
import Reports
import StatusSync
import Store

/// Metrics and reports from the log alone.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Compute every figure from the log and write the reports.",
    discussion: ExitStatus.help(ExitStatus.ordinary))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Option(
    name: .customLong("as-of"),
    help: "The instant or day up to which everything counts (default: now). \(BareDay.help)")
  var asOf: String?
  @Option(help: "First instant or day of the window (default: 90 days before --as-of).")
  var from: String?
  @Option(help: "End of the window: an instant, excluded, or its last day (default: --as-of).")
  var to: String?
  @Option(help: "Write about this property only, by its UUID.")
  var property: String?
  @Option(help: "Also the funnel by day, week or month of creation, as cohorts.csv.")
  var cohort: CohortGrain?
  @Option(
    help:
      "The folder to write (default: one of its own, below the configured directory). Reports of runs are never replaced."
  )
  var output: String?
  @Flag(help: "Compute everything from the whole log; the figures are the same.")
  var rebuild = false

  func run() async throws {
    try await common.run { [self] in
      let settings = try common.settings()
      let now = RunClock.system().now()
      let pinned = try asOf.map { try moment($0, "--as-of", .last, now: now) } ?? now
      let window = try (
        from.map { try moment($0, "--from", .first) }, to.map { try moment($0, "--to", .last) }
      )
      let only = try property.map { text in
        guard let id = UUID(uuidString: text) else { throw Usage("--property: \(text) is no UUID") }
        return id
      }
      let display = ProgressDisplay()
      let summary = try await database.connected(settings) {
        try await LogReport($0, settings: settings.reports, targets: settings.targets).run(
          asOf: pinned, from: window.0, to: window.1, property: only, cohort: cohort,
          directory: output, rebuild: rebuild, now: now, progress: { display.show($0) })
      }
      try common.print(
        summary, human: "\(summary.files.count) files in \(summary.directory)")
      return .converged
    }
  }
}

extension CohortGrain: ExpressibleByArgument {}

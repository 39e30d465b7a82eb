import ArgumentParser
import Demo
import Foundation
import StatusSync

/// A night from nothing.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run one night from nothing: private PostgreSQL, stand-ins, a run, reports.",
    discussion: "Running it again continues: the second night repairs nothing twice.\n\n"
      + ExitStatus.help([.converged, .usage, .unreachable, .internalError, .configuration]))

  @OptionGroup var common: CommonOptions

  @Option(help: "Where everything goes.")
  var directory = "demo"
  @Option(help: "Leads of the made-up town, at least 100.")
  var leads = 5_000
  @Option(help: "The same seed makes the same town.")
  var seed: UInt64 = 2026

  func validate() throws {
    guard (100...1_000_000).contains(leads) else {
      throw ValidationError("--leads takes a number from 100 to 1000000")
    }
  }

  func run() async throws {
    try await common.run { [self] in
      let display = ProgressDisplay()
      let result = try await DemoNight(
        directory: directory, leads: leads, seed: seed, logger: common.logger(),
        progress: { display.show($0) }
      ).run()
      try common.print(result.run.summary, human: Self.text(result, directory: directory))
      // Drift that waits for a person is what a first night shows: the demo itself went well.
      let code = result.run.summary.exitCode
      return [0, 3, 4, 5].contains(code) ? .converged : .internalError
    }
  }

  static func text(_ result: DemoNight.Result, directory: String) -> String {
    """
    \(result.isFirst ? "The first night of a made-up town." : "One more night of the same town.")
    \(RunText.summary(result.run))
      the page   \(result.run.report.directory)/summary.html
      the data   \(result.run.report.directory)/*.csv

    \(RunText.funnel(result.run.funnel))

    The run's own exit status would have been \(result.run.summary.exitCode).
    Next: status-sync review list --data-dir \(directory)/postgres
    """
  }
}

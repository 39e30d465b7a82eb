import ArgumentParser
import Foundation
import Postgres
import StatusSync

/// The deployment checklist, each item checked for real.
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the installation item by item; print the effective configuration, masked.",
    discussion: ExitStatus.help(ExitStatus.ordinary))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    try await common.run { [self] in
      let report = try await report(try common.settings())
      let human = Terminal.table(
        ["check", "result", "why"],
        report.checks.map {
          [$0.name, $0.ok ? "ok" : "failed", $0.reasons.joined(separator: "; ")]
        })
      let configuration = report.configuration.sorted { $0.key < $1.key }
        .map { "\($0.key): \($0.value)" }.joined(separator: "\n")
      try common.print(report, human: "\(human)\n\n\(configuration)")
      if report.checks.allSatisfy(\.ok) { return .converged }
      let isReachable = report.checks.allSatisfy { $0.ok || !$0.name.contains("reach") }
      return isReachable ? .configuration : .unreachable
    }
  }

  /// Of a demo, its own PostgreSQL and its stand-ins are checked.
  private func report(_ settings: Settings) async throws -> Checklist.Outcome {
    guard !settings.demoDirectory.isEmpty else { return await Checklist(settings).run() }
    return try await database.with(settings) { url, settings in
      var here = settings
      here.databaseURL = Secret(url)
      return await Checklist(here).run()
    }
  }
}

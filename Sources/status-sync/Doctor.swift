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
      let settings = try common.settings()
      let report = await Checklist(settings).run()
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
}

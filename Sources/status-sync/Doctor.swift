import ArgumentParser
import Foundation
import Postgres
import PrivatePostgres
import Settings
import StatusSync
import Store

/// The deployment checklist, each item checked by a real call.
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the installation item by item; print the effective configuration, masked.",
    discussion: """
      Items are in the order in which an installation is set up; the last line says what to do next.

      \(ExitStatus.help(ExitStatus.ordinary))
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    try await common.run { [self] in
      let report = try await report()
      let human = Terminal.table(
        ["check", "result", "why"],
        report.checks.map {
          [
            $0.name, $0.ok ? ($0.warning == true ? "warning" : "ok") : "failed",
            $0.reasons.joined(separator: "; "),
          ]
        })
      let configuration = report.configuration.sorted { $0.key < $1.key }
        .map { "\($0.key): \($0.value)" }.joined(separator: "\n")
      // Empty where the configuration cannot be read.
      let parts = [configuration, human, "Next: \(report.next)"].filter { !$0.isEmpty }
      try common.print(report, human: parts.joined(separator: "\n\n"))
      if report.checks.allSatisfy(\.ok) { return .converged }
      // A check that could not be made is a fault of the configuration.
      let isReachable = report.checks.allSatisfy { check in
        check.ok || !check.name.contains("reachable")
          || check.reasons.allSatisfy { $0.hasSuffix("is not set") }
      }
      return isReachable ? .configuration : .unreachable
    }
  }

  /// A configuration that cannot be read is an item, too.
  private func report() async throws -> Checklist.Outcome {
    let settings: Settings
    do { settings = try common.settings() } catch let error as ConfigurationError {
      return Checklist.unreadable(error)
    }
    return try await check(settings)
  }

  /// False where nothing was configured at all.
  private var hasFile: Bool {
    common.config != nil || Settings.isConfigured || database.dataDir != nil
  }

  /// Checks the database (and in a demo the stand-ins) that other commands would use; a missing one is an item, too.
  private func check(_ settings: Settings) async throws -> Checklist.Outcome {
    do {
      return try await database.with(settings, .existing) { url, settings in
        var here = settings
        here.databaseURL = Secret(url)
        return await Checklist(here, hasFile: hasFile).run()
      }
    } catch let error as ConfigurationError {
      return await Checklist(settings, withoutDatabase: error.description, hasFile: hasFile).run()
    } catch let error as PrivateServerError {
      return await Checklist(settings, withoutDatabase: error.description, hasFile: hasFile).run()
    }
  }
}

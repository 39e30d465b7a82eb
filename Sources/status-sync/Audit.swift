import ArgumentParser
import Foundation
import Nightly
import Pages
import Reports
import StatusSync
import Store

/// Verifies a run's certificate against its sources.
struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compute every count and digest of a run again, from Postgres and its CSV files.",
    discussion: ExitStatus.help(ExitStatus.ordinary)
      + "\n  70 also where the run's own words and what is found disagree",
    aliases: ["verify"])

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Argument(help: "The run's id, as in run.json; or latest.")
  var run: String

  func validate() throws {
    guard run == "latest" || UUID(uuidString: run) != nil else {
      throw ValidationError("\(run) is no run: give its id, or latest")
    }
  }

  func run() async throws {
    try await common.run { [self] in
      let settings = try common.settings()
      let verified = try await database.connected(settings, .existing) {
        try await Certificate($0, reports: settings.reports.directory)
          .verify(UUID(uuidString: run), at: RunClock.system().now())
      }
      try common.print(verified, human: Self.text(verified))
      return verified.agrees ? .converged : .internalError
    }
  }

  static func text(_ verified: VerifiedRun) -> String {
    let wrong = verified.checks.filter { !$0.ok }
    let id = verified.runID.uuidString.lowercased()
    var lines = [
      verified.agrees
        ? "Run \(id): \(Formatting.count(verified.checks.count, "check")) passed"
          + (verified.notes.isEmpty
            ? ", in the database and in its CSV files." : " in the database.")
        : "Run \(id): \(wrong.count) of \(Formatting.count(verified.checks.count, "check")) failed."
    ]
    if !wrong.isEmpty {
      lines.append(
        Terminal.table(
          ["check", "the run said", "found"], wrong.map { [$0.name, $0.said, $0.found] }))
    }
    return (lines + verified.notes.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }).joined(
      separator: "\n")
  }
}

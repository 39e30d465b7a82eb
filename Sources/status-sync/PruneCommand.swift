import ArgumentParser
import Nightly
import StatusSync
import Store

/// Deletes what is older than it is kept.
struct PruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Delete what is older than it is kept; every night does so at its end.",
    discussion: """
      How long figures, runs, messages and reports are kept is set by the keys of keep. The log, open questions and the \
      newest figures are never deleted.

      \(ExitStatus.help(ExitStatus.ordinary + [.locked]))
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Flag(
    name: .customLong("dry-run"), help: "Show what would be deleted, without changing anything.")
  var isDryRun = false

  func run() async throws {
    try await common.run { [self] in
      let settings = try common.settings()
      let pruned = try await database.connected(settings, .existing) {
        try await Prune($0, keep: settings.keep, directory: settings.reports.directory)
          .alone(at: RunClock.system().now(), isDryRun: isDryRun)
      }
      try common.print(pruned, human: PruneText.listed(pruned, isDryRun: isDryRun))
      return .converged
    }
  }
}

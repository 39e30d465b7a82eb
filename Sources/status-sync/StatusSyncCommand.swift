import ArgumentParser
import Nightly

/// The command line: one file a subcommand.
@main
struct StatusSyncCommand: AsyncParsableCommand {
  static let version = "1.0.0"

  static let configuration = CommandConfiguration(
    commandName: "status-sync",
    abstract: "Keeps the status of every lead the same in ResMan and DomIQ.",
    discussion: "To try it: status-sync demo. To install it: status-sync init.",
    version: version,
    subcommands: [
      Run.self, Plan.self, Apply.self, Audit.self, ReportCommand.self, Review.self, Link.self,
      Explain.self, History.self, Erase.self, Serve.self, Key.self, DeliverCommand.self,
      PruneCommand.self, Migrate.self, Init.self, Doctor.self,
      StatusCommand.self, StandInsCommand.self, Demo.self,
    ])
}

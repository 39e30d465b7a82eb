import ArgumentParser
import Postgres
import StatusSync

/// Last runs, and the success criteria with their figures.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the last runs and how the success criteria stand.",
    discussion: ExitStatus.help(ExitStatus.ordinary))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    try await common.run { [self] in
      let status = try await database.connected(try common.settings(), .existing) {
        try await SyncStatus.read($0)
      }
      let runs = Terminal.table(
        ["started", "mode", "state", "exit", "pulled", "planned"],
        status.runs.map {
          [
            $0.started_at, $0.mode, $0.state, $0.exit_code.map(String.init) ?? "-",
            $0.pulled.map(String.init) ?? "-", $0.planned.map(String.init) ?? "-",
          ]
        })
      let criteria = Terminal.table(
        ["criterion", "target", "figure", "note"],
        status.criteria.map {
          [$0.criterion, $0.target, $0.figure ?? "not known yet", $0.note ?? ""]
        })
      let live = status.live.map { live in
        "\n\noutbox: \(live.pending) waiting, \(live.dead) dead letters, \(live.unread) unread; "
          + "actions: \(live.actions_pending) due, \(live.actions_failed) given up; "
          + "\(live.open_tasks) open tasks, \(live.follow_ups) follow-ups"
      }
      let age = status.stale_seconds.map { "the last finished run ended \(Int($0 / 60)) min ago" }
      try common.print(
        status,
        human: "\(runs)\n\(age ?? "no run has finished yet")\n\n\(criteria)\(live ?? "")")
      return .converged
    }
  }
}

import ArgumentParser
import Messaging
import Postgres
import StatusSync
import Store

/// Sends the messages of the outbox and executes due workflow actions, once.
struct DeliverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deliver",
    abstract: "Send the messages and execute the workflow actions that are due.",
    discussion: """
      One pass; `serve` makes passes continuously. A message that fails is tried again by later \
      passes, for 24 hours; then it is a dead letter, with an alert in the log.

      \(exitStatus)
      """)

  private static let exitStatus = ExitStatus.help(
    [
      .converged, .driftRemains, .usage, .unreachable, .internalError, .configuration,
      .interrupted, .terminated,
    ],
    meanings: [
      .converged: "everything that was due was accepted",
      .driftRemains: "some messages wait for another attempt, or were given up",
      .unreachable: "database unreachable",
    ])

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Flag(name: .customLong("retry-dead"), help: "Queue dead letters again first.")
  var retryDead = false

  func run() async throws {
    try await common.run { [self] in
      let settings = try common.settings()
      let logger = common.logger()
      let summary = try await database.connected(settings) { connection in
        let summary = try await OutboxDispatcher(
          connection, settings: settings.notify, logger: logger
        )
        .drain(retryDead: retryDead)
        await Alerts(settings, logger: logger).watchStaleness(connection)
        return summary
      }
      let actions = summary.actions
      try common.print(
        summary,
        human: Terminal.table(
          ["", "done", "again", "given up", "waiting"],
          [
            [
              "messages", "\(summary.accepted)", "\(summary.retried)", "\(summary.dead)",
              "\(summary.pending)",
            ],
            ["actions", "\(actions.executed)", "\(actions.retried)", "\(actions.failed)", "-"],
            ["follow-ups", "\(actions.reminded)", "-", "-", "-"],
          ]))
      return summary.isClean ? .converged : .driftRemains
    }
  }
}

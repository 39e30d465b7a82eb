import ArgumentParser
import Live
import Postgres
import StatusSync
import Store

/// Last runs, and the success criteria with their figures.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the last runs and the success criteria with their figures.",
    discussion: """
      With --check it answers a monitoring probe such as Nagios: one line with figures.

      \(ExitStatus.help(ExitStatus.ordinary))

      With --check:
        0    OK
        1    WARNING: the last night was held or partial, or messages wait too long
        2    CRITICAL: the last night failed, or none finished for monitor.stale_hours
        3    UNKNOWN: the state cannot be determined; the line says why
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Flag(help: "One line for a monitoring probe; see EXIT STATUS.")
  var check = false

  func run() async throws {
    try await common.run { [self] in
      guard !check else { return try await probe() }
      let settings = try common.settings()
      let now = RunClock.system().now()
      let status = try await database.connected(settings, .existing) {
        var status = try await SyncStatus.read($0, at: now)
        if settings.partner?.pollSeconds ?? 0 > 0 {
          status.poll = try await PollLag.read($0, at: now)
        }
        return status
      }
      try common.print(status, human: StatusText.text(status))
      return .converged
    }
  }

  /// Ends the process with the probe's own status, whatever goes wrong.
  private func probe() async throws -> Store.ExitStatus {
    let result: ProbeResult
    do {
      let settings = try common.settings()
      result = try await database.connected(settings, .existing) {
        try await ProbeResult.read($0, settings.monitor, at: RunClock.system().now())
      }
    } catch {
      result = ProbeResult(unknown: CommandError(error).sentence)
    }
    try common.print(result, human: result.line)
    throw ExitCode(result.level.code)
  }
}

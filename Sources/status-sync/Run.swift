import ArgumentParser
import Nightly
import Settings
import StatusSync
import Store

/// The whole nightly run.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the night: pull, compare, repair, verify, measure, report.",
    discussion: ExitStatus.help(ExitStatus.run))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Read every lead, not only those changed since the last pull.")
  var full = false

  @Option(
    name: .customLong("stop-after"),
    help: ArgumentHelp(
      "End after this stage, with 0; the next run continues. One of: \(stages.joined(separator: ", ")).",
      valueName: "stage"))
  var stopAfter: String?

  @OptionGroup var override: OverrideOptions

  /// Those after which something is left to do.
  private static let stages = Array(Nightly.stages.dropLast())

  func validate() throws {
    guard let stopAfter, !Self.stages.contains(stopAfter) else { return }
    throw ValidationError("--stop-after takes one of \(Self.stages.joined(separator: ", "))")
  }

  func run() async throws {
    try await common.run { [self] in
      let lifted = try override.given()
      let settings = try common.settings()
      let monitor = RunMonitor(settings, logger: common.logger())
      let result: RunResult
      do {
        result = try await night(settings, override: lifted, monitor)
      } catch {
        if let stopped = Circumstances.inner(error) as? StoppedAsAsked {
          try common.print(
            ["stopped_after": stopped.stage],
            human: "Ended after \(stopped.stage), as asked. The next run goes on.")
          return .converged
        }
        let failure = CommandError(error)
        await monitor.ended(
          RunEnding(
            failure.status, code: failure.code, sentence: failure.sentence, stage: failure.stage,
            startedAt: monitor.startedAt, finishedAt: RunClock.system().now()))
        throw error
      }
      let status = ExitStatus(rawValue: Int32(result.summary.exitCode)) ?? .internalError
      await monitor.ended(
        RunEnding(
          result, status: Signals.received ?? status, startedAt: monitor.startedAt,
          finishedAt: RunClock.system().now()))
      try common.print(result.summary, human: RunText.summary(result))
      return status
    }
  }

  private func night(
    _ settings: Settings, override: GuardOverride?, _ monitor: RunMonitor
  ) async throws -> RunResult {
    try await database.nightly(
      settings, logger: common.logger(), progress: { monitor.show($0) }
    ) { nightly in
      let result: Result<RunResult, any Error>
      do {
        result = .success(
          try await nightly.stopping(after: stopAfter).run(full: full, override: override))
      } catch { result = .failure(error) }
      await monitor.measure(nightly)
      return try result.get()
    }
  }
}

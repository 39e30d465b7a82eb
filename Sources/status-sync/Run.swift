import ArgumentParser
import StatusSync

/// The whole nightly run.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the night: pull, compare, repair, verify, measure, report.",
    discussion: ExitStatus.help(ExitStatus.run))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Ask for every lead, not only for those changed since the last pull.")
  var full = false

  @OptionGroup var override: OverrideOptions

  func run() async throws {
    try await common.run { [self] in
      let lifted = try override.given()
      let settings = try common.settings()
      let result = try await database.nightly(settings, logger: common.logger()) {
        try await $0.run(full: full, override: lifted)
      }
      try common.print(result.summary, human: RunText.summary(result))
      return ExitStatus(rawValue: Int32(result.summary.exitCode)) ?? .internalError
    }
  }
}

import ArgumentParser
import Foundation
import Nightly
import StatusSync
import Store

/// Applies a saved plan.
struct Apply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Apply a saved plan; a lead that changed since becomes stale and is not written.",
    discussion: ExitStatus.help(ExitStatus.run))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Argument(help: "A file that status-sync plan --out wrote.")
  var file: String

  @OptionGroup var override: OverrideOptions

  func run() async throws {
    try await common.run { [self] in
      guard let data = FileManager.default.contents(atPath: file) else {
        throw Usage("\(file) cannot be read")
      }
      let settings = try common.settings()
      let plan = try PlanFile.load(data, lenses: try settings.lenses)
      let lifted = try override.given()
      let result = try await database.nightly(settings, logger: common.logger()) {
        try await $0.apply(plan, override: lifted)
      }
      try common.print(result.summary, human: RunText.summary(result))
      return ExitStatus(rawValue: Int32(result.summary.exitCode)) ?? .internalError
    }
  }
}

import ArgumentParser
import Leads
import Nightly
import Store

/// Lifts the safety limits for one plan, for a limited time.
struct OverrideOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Lift the safety limits, but only for the plan with this digest, as status-sync plan prints it.",
      valueName: "digest"))
  var override: String?

  @Option(
    name: .customLong("override-until"),
    help: ArgumentHelp(
      "With --override: when it expires, at most 24 hours from now.", valueName: "time"))
  var overrideUntil: String?

  func validate() throws {
    guard (override == nil) == (overrideUntil == nil) else {
      throw ValidationError("--override and --override-until go together")
    }
    guard let override else { return }
    let isDigest = override.utf8.count == 64 && override.allSatisfy { $0.isHexDigit }
    guard isDigest else {
      throw ValidationError("--override takes a plan's digest: 64 hexadecimal digits")
    }
  }

  /// The override; nil without the options.
  /// - Throws: `Usage` where it has expired, or is valid for more than a day.
  func given() throws -> GuardOverride? {
    guard let override, let overrideUntil else { return nil }
    let until = try moment(overrideUntil, "--override-until", .last)
    let ahead = until.microseconds - RunClock.system().now().microseconds
    guard ahead > 0 else { throw Usage("--override-until is in the past") }
    guard ahead <= GuardOverride.longest * 1_000_000 else {
      throw Usage("--override-until is more than 24 hours ahead")
    }
    return GuardOverride(digest: override.lowercased(), until: until)
  }
}

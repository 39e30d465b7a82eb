import ArgumentParser
import Foundation
import Nightly
import Pages
import Reports
import StatusSync
import Store

/// The stages up to *plan*: the planned changes and their reasons.
struct Plan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a run would do; changes nothing outside StatusSync's own tables.",
    discussion: ExitStatus.help(ExitStatus.ordinary + [.partial, .locked, .tryLater]))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Option(help: "Save the plan to this file, for status-sync apply.")
  var out: String?

  @Flag(help: "Read every lead, not only those changed since the last pull.")
  var full = false

  func run() async throws {
    try await common.run { [self] in
      let settings = try common.settings()
      if let out { try OwnersFile.check(out) }
      let plan = try await database.nightly(settings, logger: common.logger()) {
        try await $0.plan(full: full)
      }
      if let out { try OwnersFile.write(plan.data(), to: out) }
      try common.print(plan, human: Self.text(plan, out: out))
      return plan.isPartial ? .partial : .converged
    }
  }

  static func text(_ plan: PlanFile, out: String?) -> String {
    let rows = plan.leads.map { lead in
      [
        lead.resmanLeadID, lead.verdict.rawValue, lead.base?.rawValue ?? "-",
        lead.domiqRaw ?? "-", lead.resmanRaw ?? "-",
        lead.action.rawValue + (lead.target.map { " → \($0.rawValue)" } ?? "")
          + (lead.outcome.map { " (\($0.rawValue))" } ?? ""),
        lead.reason ?? "",
      ]
    }
    let table = Terminal.table(
      ["lead", "verdict", "agreed", "DomIQ", "ResMan", "would be done", "why"], rows)
    let next =
      out.map { "Saved. Apply it with: status-sync apply \($0)" }
      ?? "Save it with: status-sync plan --out plan.json"
    let judged = Formatting.count(plan.pulled, "lead")
    let repairs = Formatting.count(plan.planned, "repair")
    return "\(table)\n\n\(judged) compared, \(repairs) planned. Nothing was changed.\n"
      + "The plan's digest is \(plan.digest).\n\(limits(plan))\(next)"
  }

  /// What the limits would hold back, one line each.
  private static func limits(_ plan: PlanFile) -> String {
    var lines = (plan.guards ?? []).map { held in
      let place =
        switch held.propertyID {
        case nil: "into leased or lost"
        case "": "of leads without a property"
        case .some(let property): "at property \(property)"
        }
      return "A safety limit would stop \(RunText.repairs(held)) \(place): \(held.reason)."
    }
    if !lines.isEmpty {
      lines.append(
        "To lift the limits for this plan: --override \(plan.digest) --override-until TIME")
    }
    for (direction, sizes) in (plan.canary ?? [:]).sorted(by: { $0.key < $1.key }) {
      let batches = sizes.map(String.init).joined(separator: ", then ")
      lines.append(
        "\(RunText.towards(direction)) goes in steps of \(batches), each read back before the next."
      )
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

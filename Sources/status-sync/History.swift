import ArgumentParser
import Postgres
import StatusSync
import Store

/// The status history of a lead.
struct History: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show every status change of one lead, newest first.",
    discussion: ExitStatus.help(ExitStatus.ordinary))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Argument(help: "The lead's id in ResMan.")
  var lead: String
  @Option(help: "The maximum number of rows.")
  var limit = 100

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit takes a number from 1") }
  }

  func run() async throws {
    try await common.run { [self] in
      let changes = try await database.connected(try common.settings(), .existing) {
        try await LeadHistory($0).changes(of: lead, limit: limit)
      }
      let rows = changes.map { row in
        [
          row.occurred_at ?? row.created_at ?? "-",
          "\(row.old_status ?? "-") → \(row.new_status ?? "-")",
          row.sync_direction ?? "-", row.updated_by ?? "-",
          (row.sync_status ?? "-") + (row.failure.map { " (\($0))" } ?? ""),
          row.bridged ? "bridged" : row.irregular ? "irregular" : "",
          row.id.uuidString.lowercased(),
        ]
      }
      let human =
        rows.isEmpty
        ? "no change of \(lead) is on record"
        : Terminal.table(["when", "change", "direction", "by", "sync", "", "intent"], rows)
      try common.print(changes, human: human)
      return .converged
    }
  }
}

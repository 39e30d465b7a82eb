import ArgumentParser
import Foundation
import Reports
import StatusSync
import Store

/// Empties what is personal of one lead.
struct Erase: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Empty everything personal of one lead, for good.",
    discussion: """
      Names, addresses, reasons, summaries, messages and webhooks of the lead are emptied in the database; its id, \
      statuses and times stay, so that no figure changes. Afterwards only its status is stored. Files of reports that \
      hold the lead or its words are named, and not changed; run it with --dry-run as their owner first. The login \
      needs the role status_sync_eraser.

      \(ExitStatus.help(ExitStatus.ordinary + [.locked]))
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Argument(help: "The lead's id in ResMan.")
  var lead: String
  @Option(help: "Why, without a name: it is kept.")
  var reason: String
  @Option(help: "Who erases it (default: the account that runs the command).")
  var by: String?
  @Flag(
    name: .customLong("dry-run"), help: "Show what would be emptied, without changing anything.")
  var isDryRun = false

  func validate() throws {
    try requireLine(reason, "--reason")
    if let by { try requireLine(by, "--by") }
  }

  func run() async throws {
    try await common.run { [self] in
      let settings = try common.settings()
      let found = try await database.connected(settings, .existing) {
        try await Erasure($0).erase(
          lead, reason: reason, by: by ?? CommonOptions.account, at: RunClock.system().now(),
          isDryRun: isDryRun)
      }
      guard var erased = found else { throw Usage("no lead \(lead) is known") }
      let directory = settings.reports.directory
      let search = OutputDirectory.files(
        holding: lead, words: erased.words, below: directory)
      erased.files = search.files
      erased.unsearched = search.failure?.reason
      try common.print(erased, human: Self.text(erased, reports: directory))
      return .converged
    }
  }

  private static func text(_ erased: ErasedLead, reports directory: String) -> String {
    let tables = erased.removed.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] }
    var lines = [
      tables.isEmpty
        ? "Nothing personal of \(erased.lead) is kept."
        : erased.id == nil
          ? "Of \(erased.lead) would be emptied:" : "Of \(erased.lead) was emptied:"
    ]
    if !tables.isEmpty { lines.append(Terminal.table(["table", "rows"], tables)) }
    if !erased.reworded.isEmpty {
      let files = erased.reworded.joined(separator: ", ")
      lines.append(
        "Its words stood in \(files) of earlier reports; audit does not write these again.")
    }
    let sought = erased.words.isEmpty ? "the lead's id" : "the lead's id or its words"
    if let files = erased.files, !files.isEmpty {
      lines.append("These files hold \(sought); delete them, or wait until they are pruned:")
      lines += files.map { "  \($0)" }
    }
    if let why = erased.unsearched {
      let what = erased.files == nil ? "Reports" : "Some reports"
      lines.append("\(what) in \(directory) were not looked at (\(why)); run it as their owner.")
      if erased.id != nil, !erased.words.isEmpty {
        lines.append(
          "That finds the lead's id alone: its words are not known any more. Earlier reports may have them in "
            + "sources.csv, lost_reasons.csv, the workbook and the pages.")
      }
    } else if erased.files?.isEmpty == true {
      lines.append("No file of a report holds \(sought).")
    }
    return lines.joined(separator: "\n")
  }
}

import ArgumentParser
import Foundation
import Leads
import Postgres
import StatusSync

/// The review queue.
struct Review: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What waits for a person: list, show, resolve.",
    discussion: ExitStatus.help(ExitStatus.run),
    subcommands: [List.self, Show.self, Resolve.self], defaultSubcommand: List.self)

  static func table(_ items: [ReviewItem]) -> String {
    guard !items.isEmpty else { return "nothing waits for a person" }
    return Terminal.table(
      ["lead", "verdict", "base", "domiq", "resman", "since", "why"],
      items.map {
        [
          $0.resmanLeadID, $0.verdict, $0.base?.rawValue ?? "-", $0.domiqRaw ?? "-",
          $0.resmanRaw ?? "-", String($0.firstSeen.prefix(10)), $0.reason,
        ]
      })
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List open questions, oldest first.",
      discussion: ExitStatus.help(ExitStatus.ordinary))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    @Option(help: "Only this verdict.")
    var verdict: String?

    func run() async throws {
      try await common.run { [self] in
        let now = RunClock.system().now()
        let items = try await database.connected(try common.settings()) {
          try await ReviewQueue($0).items(verdict: verdict, now: now)
        }
        let next =
          items.isEmpty
          ? "" : "\n\nAnswer with: status-sync review resolve LEAD push|pull|accept|ignore"
        try common.print(items, human: Review.table(items) + next)
        return .converged
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one lead's question and its history.",
      discussion: ExitStatus.help(ExitStatus.ordinary))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The lead's id in ResMan.")
    var lead: String

    struct Shown: Encodable {
      var items: [ReviewItem]
      var history: [HistoryRow]
    }

    func run() async throws {
      try await common.run { [self] in
        let now = RunClock.system().now()
        let shown = try await database.connected(try common.settings()) { connection in
          Shown(
            items: try await ReviewQueue(connection).items(
              states: ["open", "accepted", "ignored", "resolved", "healed"], leads: [lead],
              now: now),
            history: try await LeadHistory(connection).changes(of: lead, limit: 20))
        }
        guard !shown.items.isEmpty else { throw Usage("no question about \(lead) is on record") }
        let history = shown.history.map {
          "  \($0.occurred_at ?? "-")  \($0.old_status?.rawValue ?? "-") → "
            + "\($0.new_status?.rawValue ?? "-")  \($0.sync_status ?? "-")"
        }
        try common.print(
          shown,
          human: Review.table(shown.items) + "\n\nhistory\n" + history.joined(separator: "\n"))
        return .converged
      }
    }
  }

  struct Resolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Answer questions: one lead, several, or a whole verdict.",
      discussion: ExitStatus.help(ExitStatus.run))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    @Argument(
      help: "Leads by their id in ResMan; without --prefer the answer is the last word.")
    var leads: [String] = []
    @Option(help: "Instead of leads: every open question of this verdict.")
    var verdict: String?
    @Option(
      help: "The answer: push (domiq is right), pull (resman is right), accept, or ignore.")
    var prefer: String?
    @Option(help: "With ignore: the question comes back after this instant or day. \(BareDay.help)")
    var until: String?
    @Option(help: "Why; needed with ignore.")
    var reason: String?

    mutating func validate() throws {
      if prefer == nil { prefer = leads.popLast() }
      guard prefer != nil else {
        throw ValidationError("give an answer: push, pull, accept or ignore")
      }
      guard leads.isEmpty != (verdict == nil) else {
        throw ValidationError("give leads, or --verdict, not both")
      }
    }

    func run() async throws {
      try await common.run { [self] in
        let answer = try answer()
        let settings = try common.settings()
        let now = RunClock.system().now()
        let resolved = try await database.nightly(settings, logger: common.logger()) { nightly in
          let items = try await nightly.questions(
            verdict: verdict, leads: leads.isEmpty ? nil : leads, now: now)
          guard !items.isEmpty else { throw Usage("no open question fits") }
          return try await StatusSync.Resolve(nightly).run(items, answer: answer, reason: reason)
        }
        try common.print(
          resolved,
          human: Terminal.table(
            ["lead", "answer", "result", "why"],
            resolved.map { [$0.resmanLeadID, $0.answer, $0.result, $0.reason ?? ""] }))
        let done: Set<String> = ["verified", "accepted", "ignored"]
        return resolved.allSatisfy { done.contains($0.result) } ? .converged : .driftRemains
      }
    }

    private func answer() throws -> ReviewAnswer {
      switch prefer {
      case "push", "domiq": return .push
      case "pull", "resman": return .pull
      case "accept": return .accept
      case "ignore":
        guard let until, let reason else { throw Usage("ignore needs --until and --reason") }
        return .ignore(until: try moment(until, "--until", .last), reason: reason)
      default: throw Usage("\(prefer ?? "nothing") is no answer: push, pull, accept or ignore")
      }
    }
  }
}

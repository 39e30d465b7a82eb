import ArgumentParser
import Foundation
import Leads
import Nightly
import Settings
import StatusSync
import Store

extension Review {
  struct Resolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Answer questions: of one lead, of several, or all that match.",
      discussion: """
        \(Review.answers) The answer comes last, unless given with --prefer:

          status-sync review resolve L-1001 L-1002 pull
          status-sync review resolve --verdict unbased --prefer resman --dry-run

        push and pull write as a night does: limits apply, every change is read back. accept and ignore \
        call neither system.

        \(ExitStatus.help(ExitStatus.run))
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var filter: Filter
    @Argument(
      help: """
        Leads by their id in ResMan; the answer (push, pull, accept or ignore) comes last, unless given \
        with --prefer.
        """)
    var leads: [String] = []
    @Option(
      help: "The answer: push (domiq is right), pull (resman is right), accept, or ignore.")
    var prefer: String?
    @Option(
      help: "With ignore: the question is asked again after this instant or day. \(BareDay.help)")
    var until: String?
    @Option(help: "The reason; required with ignore.")
    var reason: String?
    @Option(help: "Who answers (default: the account that runs the command).")
    var by: String?
    @Flag(name: .customLong("dry-run"), help: "Show what would be done, without changing anything.")
    var isDryRun = false

    mutating func validate() throws {
      if prefer == nil { prefer = leads.popLast() }
      guard prefer != nil else {
        throw ValidationError("give an answer: push, pull, accept or ignore")
      }
      guard leads.isEmpty == filter.selection().isNarrowed else {
        throw ValidationError(
          "give leads, or say which questions with --verdict, --property, --domiq or --resman")
      }
      if let by { try requireLine(by, "--by") }
    }

    func run() async throws {
      try await common.run { [self] in
        let answer = try answer()
        let settings = try common.settings()
        if let refusal = settings.writing.refusal(of: answer.action) {
          throw Usage(
            "\(refusal), so nothing is written; change the lead there by hand, or answer accept or ignore"
          )
        }
        let resolved = try await resolve(answer, settings)
        try common.print(resolved, human: ReviewText.resolved(resolved, isDryRun: isDryRun))
        let done: Set<String> = ["verified", "accepted", "ignored", "planned"]
        return resolved.allSatisfy { done.contains($0.result) } ? .converged : .driftRemains
      }
    }

    /// Only answers that write need the two systems.
    private func resolve(
      _ answer: ReviewAnswer, _ settings: Settings
    ) async throws -> [ResolvedItem] {
      let selection = filter.selection(leads)
      if answer.isWrite, !isDryRun {
        return try await database.nightly(settings, logger: common.logger()) { nightly in
          let items = try await nightly.questions(selection)
          return try await Resolution(nightly).run(
            items, answer: answer, reason: reason, by: person)
        }
      }
      return try await database.connected(settings) { connection in
        let now = RunClock.system().now()
        let queue = ReviewQueue(connection)
        let items = try await queue.toAnswer(selection, now: now)
        if isDryRun {
          return try await queue.preview(
            items, answer, reason: reason, limits: settings.limits.guards,
            ways: AnswerPlan.Ways(settings), now: now)
        }
        return try await queue.settle(items, answer, reason: reason, by: person, now: now)
      }
    }

    private var person: String {
      by ?? CommonOptions.account
    }

    private func answer() throws -> ReviewAnswer {
      switch prefer {
      case "push", "domiq": return .push
      case "pull", "resman": return .pull
      case "accept": return .accept
      case "ignore":
        guard let until, let reason else { throw Usage("ignore needs --until and --reason") }
        return .ignore(until: try moment(until, "--until", .last), reason: reason)
      default:
        throw Usage("\"\(prefer ?? "")\" is not an answer; use push, pull, accept or ignore")
      }
    }
  }
}

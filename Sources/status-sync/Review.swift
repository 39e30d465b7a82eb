import ArgumentParser
import Foundation
import Leads
import Nightly
import Postgres
import StatusSync
import Store

/// The review queue.
struct Review: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Questions that wait for a person: list, show, resolve.",
    discussion: """
      \(answers)

      \(ExitStatus.help(ExitStatus.run))
      """,
    subcommands: [List.self, Show.self, Resolve.self], defaultSubcommand: List.self)

  static let answers = """
    Answers: push sets ResMan to DomIQ's status; pull sets DomIQ to ResMan's; accept leaves them \
    different until one of them moves; ignore asks again later.
    """

  /// Which open questions are meant.
  struct Filter: ParsableArguments {
    @Option(help: "Only questions with this verdict.")
    var verdict: String?
    @Option(help: "Only those of this property, by its UUID.")
    var property: String?
    @Option(help: "Only those where DomIQ says this status, known or not; or missing.")
    var domiq: String?
    @Option(help: "Only those where ResMan says this status, known or not; or missing.")
    var resman: String?

    func validate() throws {
      guard let property else { return }
      guard UUID(uuidString: property) != nil else {
        throw ValidationError("--property takes a UUID, not \"\(property)\"")
      }
    }

    func selection(_ leads: [String] = []) -> ReviewSelection {
      ReviewSelection(
        leads: leads, verdict: verdict, property: property.flatMap(UUID.init(uuidString:)),
        domiq: domiq, resman: resman)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List open questions, oldest first.",
      discussion: ExitStatus.help(ExitStatus.ordinary))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var filter: Filter

    func run() async throws {
      try await common.run { [self] in
        let now = RunClock.system().now()
        let items = try await database.connected(try common.settings(), .existing) {
          try await ReviewQueue($0).items(filter.selection(), now: now)
        }
        try common.print(items, human: ReviewText.list(items))
        return .converged
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show everything needed to answer one lead's question.",
      discussion: """
        Includes ResMan's own history, if ResMan is configured and offers it.

        \(ExitStatus.help(ExitStatus.ordinary))
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The lead's id in ResMan.")
    var lead: String

    func run() async throws {
      try await common.run { [self] in
        let now = RunClock.system().now()
        let shown = try await database.asking(try common.settings(), .existing) {
          connection, settings in
          var shown = try await ReviewCase.read(
            lead, on: connection, ways: AnswerPlan.Ways(settings), now: now)
          await shown.askResMan(settings)
          return shown
        }
        try common.print(shown, human: ReviewText.show(shown))
        return .converged
      }
    }
  }
}

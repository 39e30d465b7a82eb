import ArgumentParser
import Foundation
import Nightly
import StatusSync
import Store

/// Links of conversations with cards that no id connects.
struct Link: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Links between DomIQ's conversations and ResMan's cards that no id connects.",
    discussion: """
      With resman.kind: partner and domiq.kind: database. The night links what is unique on both sides by one \
      e-mail or phone; the rest waits for link resolve. Without a subcommand the contacts of both systems are \
      compared now: links are proposed, and none is made.

      \(ExitStatus.help(ExitStatus.ordinary + [.partial, .locked, .tryLater]))
      """,
    subcommands: [Propose.self, List.self, Resolve.self], defaultSubcommand: Propose.self)

  struct Propose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare the contacts of both systems now, and propose links.",
      discussion: ExitStatus.help(ExitStatus.ordinary + [.partial, .locked, .tryLater]))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      try await common.run { [self] in
        let settings = try common.settings()
        let figures = try await database.nightly(settings, logger: common.logger()) {
          try await $0.proposeLinks()
        }
        let proposals = try await database.connected(settings, .existing) {
          try await LinkQueue($0).proposals()
        }
        let unread =
          figures.unread == 0
          ? "" : "\n\(figures.unread) properties could not be read; status-sync doctor says why."
        try common.print(proposals, human: LinkText.proposals(proposals) + unread)
        return figures.unread == 0 ? .converged : .partial
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List proposed links with their evidence, those that wait for a person first.",
      discussion: ExitStatus.help(ExitStatus.ordinary))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    @Flag(help: "List the links that were made instead, newest first.")
    var made = false
    @Option(help: "With --made: how many at most.")
    var limit = 1_000

    func validate() throws {
      guard (1...1_000_000).contains(limit) else {
        throw ValidationError("--limit takes a number from 1 to 1000000")
      }
    }

    func run() async throws {
      try await common.run { [self] in
        let settings = try common.settings()
        if made {
          let links = try await database.connected(settings, .existing) {
            try await LinkQueue($0).made(limit: limit)
          }
          try common.print(links, human: LinkText.made(links))
          return .converged
        }
        let proposals = try await database.connected(settings, .existing) {
          try await LinkQueue($0).proposals()
        }
        try common.print(proposals, human: LinkText.proposals(proposals))
        return .converged
      }
    }
  }

  struct Resolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Link a conversation with a lead, because a person knows that they are one.",
      discussion: """
        The next night compares the two. An earlier link of the conversation is replaced.

        \(ExitStatus.help(ExitStatus.ordinary))
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The conversation's id in DomIQ, a UUID.")
    var conversation: String
    @Argument(help: "The lead's id in ResMan.")
    var lead: String
    @Option(help: "Who decides (default: the account that runs the command).")
    var by: String?

    func validate() throws {
      guard UUID(uuidString: conversation) != nil else {
        throw ValidationError("a conversation is named by a UUID, not \"\(conversation)\"")
      }
      guard (1...100).contains(lead.utf8.count) else {
        throw ValidationError("a lead's id has 1 to 100 bytes")
      }
      if let by { try requireLine(by, "--by") }
    }

    func run() async throws {
      try await common.run { [self] in
        guard let id = UUID(uuidString: conversation) else { return .usage }
        let link = try await database.connected(try common.settings(), .existing) {
          try await LinkQueue($0).resolve(
            id, lead, by: by ?? CommonOptions.account, at: RunClock.system().now())
        }
        try common.print(link, human: LinkText.made([link]))
        return .converged
      }
    }
  }
}

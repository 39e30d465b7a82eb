import ArgumentParser
import Foundation
import Leads
import StatusSync
import Store

/// The keys of the live API's callers.
struct Key: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Create, list and revoke the keys of the live API.",
    discussion: ExitStatus.help(ExitStatus.ordinary),
    subcommands: [Create.self, List.self, Revoke.self])

  /// Makes a key, which is shown once.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create a key; it is shown only now and stored only as a hash.",
      discussion: ExitStatus.help(ExitStatus.ordinary))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Option(help: "The caller's name; only one valid key per name.")
    var name: String
    @Option(name: .customLong("updated-by"), help: "chatbot, resman_user or system.")
    var updatedBy: Author = .chatbot
    @Option(help: "A property that the key may see; may be given more than once.")
    var property: [String] = []
    @Flag(name: .customLong("all-properties"), help: "The key may see every property.")
    var allProperties = false

    func validate() throws {
      try requireLine(name, "--name")
      guard property.isEmpty == allProperties else {
        throw ValidationError("give --property, or --all-properties")
      }
      for id in property where UUID(uuidString: id) == nil {
        throw ValidationError("--property takes a UUID, not \(id)")
      }
    }

    func run() async throws {
      try await common.run { [self] in
        let properties = allProperties ? nil : property.compactMap(UUID.init(uuidString:))
        try await database.connected(try common.settings()) { connection in
          let keys = APIKeys(connection)
          let made = try await keys.create(
            name: name, updatedBy: updatedBy, properties: properties)
          guard let new = made else {
            throw Usage("there is a usable key named \(name); revoke it first")
          }
          do {
            try common.print(new, human: new.key)
          } catch {
            // Nobody has seen it, and nobody can see it again.
            _ = try await keys.revoke(new.id.uuidString)
            throw error
          }
        }
        return .converged
      }
    }
  }

  /// Lists the keys, without the keys themselves.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List every key ever made; the keys themselves are not stored.",
      discussion: ExitStatus.help(ExitStatus.ordinary))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      try await common.run { [self] in
        let keys = try await database.connected(try common.settings(), .existing) {
          try await APIKeys($0).list()
        }
        let rows = keys.map { key in
          [
            key.name, key.hint + "…", key.updated_by,
            key.properties.map { "\($0.count) properties" } ?? "all properties",
            key.created_at, key.revoked_at ?? "-",
            key.id.uuidString.lowercased(),
          ]
        }
        try common.print(
          keys,
          human: rows.isEmpty
            ? "no key was made yet"
            : Terminal.table(
              ["name", "key", "writes as", "sees", "created", "revoked", "id"], rows))
        return .converged
      }
    }
  }

  /// Revokes a key.
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a key; its next request is refused.",
      discussion: ExitStatus.help(ExitStatus.ordinary))

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The key's name or id.")
    var key: String

    func run() async throws {
      try await common.run { [self] in
        let done = try await database.connected(try common.settings(), .existing) {
          try await APIKeys($0).revoke(key)
        }
        guard done else { throw Usage("no usable key is called \(key)") }
        try common.print(["revoked": key], human: "revoked \(key)")
        return .converged
      }
    }
  }
}

extension Author: ExpressibleByArgument {}

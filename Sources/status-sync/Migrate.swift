import ArgumentParser
import Postgres
import Store

/// Applies `sql/migrations`.
struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the database's schema up to date; safe to run twice.",
    discussion: ExitStatus.help(ExitStatus.ordinary))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  struct Done: Encodable {
    var applied: [String]
    /// Rows of adopted tables that take no part.
    var outside_vocabulary: [AdoptedRows]
  }

  func run() async throws {
    try await common.run { [self] in
      let done = try await database.with(try common.settings(), .bare) { url, settings in
        let connection = try await PostgresConnection(PostgresConfiguration(url: url))
        let result: Result<Done, any Error>
        do {
          // A private PostgreSQL is nobody else's.
          let isNamed = settings.databaseURL?.reveal() == url
          try await Migrator.makeSchema(isNamed ? settings.databaseSchema : "", on: connection)
          result = .success(
            Done(
              applied: try await Migrator.migrate(connection),
              outside_vocabulary: try await AdoptedRows.outsideVocabulary(connection)))
        } catch { result = .failure(error) }
        await connection.close()
        return try result.get()
      }
      let adopted = done.outside_vocabulary.map {
        "\n\($0.table): rows with a word outside the vocabulary, which were there before: \($0.rows); "
          + "they are kept, and take no part"
      }.joined()
      let applied = done.applied
      try common.print(
        done,
        human: (applied.isEmpty ? "nothing to do" : "applied: \(applied.joined(separator: ", "))")
          + adopted)
      return .converged
    }
  }
}

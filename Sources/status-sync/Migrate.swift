import ArgumentParser
import Postgres
import StatusSync

/// Applies `sql/migrations`.
struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the database's schema up to date; safe to run twice.",
    discussion: ExitStatus.help(ExitStatus.ordinary))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    try await common.run { [self] in
      let applied = try await database.with(try common.settings()) { url, _ in
        let connection = try await PostgresConnection(PostgresConfiguration(url: url))
        do {
          let applied = try await Migrator.migrate(connection)
          await connection.close()
          return applied
        } catch {
          await connection.close()
          throw error
        }
      }
      try common.print(
        ["applied": applied],
        human: applied.isEmpty ? "nothing to do" : "applied: \(applied.joined(separator: ", "))")
      return .converged
    }
  }
}

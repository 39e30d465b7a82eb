import ArgumentParser
import Foundation
import Postgres
import StatusSync

/// How fast the night's job is against the floor: `psql \copy` of the same rows into the same
/// tables, and the join. Pages come ready-made from a process of its own; the job is the built
/// `status-sync run`, with every repair held by its guards.
@main
struct Benchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure pull, diff, plan, measure and report against psql's floor.",
    subcommands: [Night.self, ServePages.self], defaultSubcommand: Night.self)

  struct Night: AsyncParsableCommand {
    @Option(help: "Leads on each side.")
    var leads = 100_000

    func run() async throws {
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "status-sync-bench-\(ProcessInfo.processInfo.processIdentifier)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let server = try await PrivateServer.start(
        directory: folder.appending(path: "postgres").path(), forTests: true)
      do {
        try await NightBench(leads: leads, folder: folder, server: server).run()
      } catch {
        await server.stop()
        try? FileManager.default.removeItem(at: folder)
        throw error
      }
      await server.stop()
      try? FileManager.default.removeItem(at: folder)
    }
  }

  struct ServePages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)
    @Option var leads: Int
    @Option var properties: Int
    @Option var pageSize: Int

    func run() async throws {
      try await PageServer(
        town: BenchTown(leads: leads, properties: properties), pageSize: pageSize
      ).run()
    }
  }
}

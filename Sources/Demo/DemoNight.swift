import StatusSync
import Foundation
import Logging
import Nightly
import Store
import Upstreams

/// One night over made-up data: a run and its reports. A second one in the same directory continues where the first
/// ended.
package struct DemoNight: Sendable {
  /// The result of a night.
  package struct Result: Sendable {
    package var run: RunResult
    package var isFirst: Bool
    /// How to try the live API on the same data.
    package var day: DemoDay
  }

  let logger: Logger
  let progress: @Sendable (StageProgress) -> Void

  package init(
    logger: Logger, progress: @escaping @Sendable (StageProgress) -> Void = { _ in }
  ) {
    self.logger = logger
    self.progress = progress
  }

  /// Runs one night, and prepares the trial of the live API.
  package func run(_ demo: DemoEnvironment) async throws -> Result {
    try await demo.open { open in
      Result(
        run: try await run(open), isFirst: open.isNew,
        day: try await DemoDay.prepare(open, directory: demo.directory))
    }
  }

  /// Runs one night over an open demo.
  package func run(_ open: DemoEnvironment.Open) async throws -> RunResult {
    let client = UpstreamHTTP.makeClient(concurrency: 16)
    do {
      let nightly = try Nightly.connected(
        open.settings, database: open.database, client: client, logger: logger,
        progress: progress)
      let result = try await nightly.run(full: false)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }
}

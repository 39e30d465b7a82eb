import Changes
import Leads
import Store

extension NightlyJob {
  /// Stage 2: changes that an earlier run or the live service left without a known outcome are read back and
  /// settled.
  func recover(_ summary: inout RunSummary) async throws {
    let context = context(summary.runID)
    summary.recovered = try await timed(.recover, &summary) {
      try await WebhookReceiver(database: connection, mapping: mapping, clock: parts.clock)
        .takeWaiting()
      var settling = sender
      settling.log = ChangeEffects(mapping: mapping, clock: parts.clock)
        .log(settling: connection)
      return try await Recover(sender: settling).run(context)
    }
  }
}

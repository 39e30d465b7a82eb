import Foundation
import TestDatabase
import Testing

import Demo
import Store

/// Nights in a row, a day apart in virtual time: nothing grows but the log, what is derived from it, and what
/// every night adds by design. `make soak` runs 1,000 of them with the release build.
@Suite struct SoakNightsTests {
  @Test func nothingGrowsButTheLog() async throws {
    try await TestDatabase.with(
      template: "migrated", prepare: { _ = try await Migrator.migrate($0) }
    ) { database in
      let directory = FileManager.default.temporaryDirectory.appending(
        path: "status-sync-nights-\(UUID().uuidString)"
      ).path()
      defer { try? FileManager.default.removeItem(atPath: directory) }
      let nights = NightsInARow(4, directory: directory, start: ProcessClock.start)
      let samples = try await nights.run(on: database.url)
      #expect(samples.map(\.night) == [1, 2, 3, 4])
      #expect(nights.faults(samples) == [])
      try Self.findsWhatGrows(samples, nights)
    }
  }

  /// Samples in which something grows are found.
  private static func findsWhatGrows(
    _ samples: [NightsInARow.Sample], _ nights: NightsInARow
  ) throws {
    var leaking = samples
    leaking[3].tables["notification"]?.rows += 100
    #expect(nights.faults(leaking).count == 1)
    leaking[3].tables["drift"]?.rows += 1000
    leaking[3].folders += 100
    #expect(nights.faults(leaking).count == 3)
    // More measurements are kept, each with as many rows as before; then one with more.
    leaking = samples
    let kept = [(44, 5000), (62, 3500), (62, 3500), (78, 5600)]
    for (index, (measurements, rows)) in kept.enumerated() {
      leaking[index].tables["measurement"]?.rows = measurements
      leaking[index].tables["metric_agents"]?.rows = rows
    }
    #expect(nights.faults(leaking) == [])
    leaking[3].tables["metric_agents"]?.rows = 78 * 120
    #expect(nights.faults(leaking).count == 1)
    // Revisions that no measurement shows.
    leaking = samples
    let shown = leaking[3].tables["metric_daily"]?.rows ?? 0
    leaking[3].tables["metric_daily_revision"]?.rows = shown + 1
    #expect(nights.faults(leaking).count == 1)
    let long = NightsInARow(1000, directory: nights.directory, start: ProcessClock.start)
    // Other tests work in this process: what it has of these is not the nights' own.
    leaking = samples.map { sample in
      var steady = sample
      (steady.residentKiB, steady.descriptors, steady.temporary) = (100_000, 20, 5)
      return steady
    }
    #expect(long.faults(leaking) == [])
    leaking[3].residentKiB *= 2
    leaking[3].descriptors += 5
    leaking[3].temporary += 5
    #expect(long.faults(leaking).count == 3)
  }
}

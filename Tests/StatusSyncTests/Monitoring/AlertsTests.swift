import Foundation
import Leads
import Logging
import Synchronization
import TestDatabase
import Testing

import Messaging
import Nightly
import Settings
import StatusSync
import Store

/// Messages to operators, with and without a place for the state.
@Suite struct AlertsTests {
  private final class Box: MessageSender {
    let subjects = Mutex<[String]>([])

    func send(_ message: QueuedMessage) async -> SendEnd {
      subjects.withLock { $0.append(message.subject) }
      return .accepted(providerID: nil)
    }
  }

  private static let now = Instant(microseconds: 1_763_640_000_000_000)

  private static func ending(_ status: Store.ExitStatus, _ code: ErrorCode) -> RunEnding {
    RunEnding(
      status, code: code, sentence: "it ended", stage: nil, startedAt: now, finishedAt: now)
  }

  /// One message a cause and day, whether the state can be saved or not; a night that somebody interrupted is neither a
  /// failure nor a recovery.
  @Test(arguments: [true, false])
  func eachCauseIsToldOnce(isSaved: Bool) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-alerts-\(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = Settings()
    settings.reports.directory = isSaved ? folder : "/dev/null/reports"
    settings.monitor.emails = ["ops@example.com"]
    var clock = RunClock.system()
    clock.now = { Self.now }
    let box = Box()
    let alerts = Alerts(
      settings, senders: [.email: box], clock: clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    for _ in 1...3 { await alerts.ended(Self.ending(.unreachable, .databaseUnreachable)) }
    let failed = "StatusSync: the night failed (database-unreachable)"
    #expect(box.subjects.withLock { $0 } == [failed])
    await alerts.ended(Self.ending(.interrupted, .stopped))
    #expect(box.subjects.withLock { $0 } == [failed])
    var good = Self.ending(.converged, .stopped)
    good.code = nil
    good.sentence = nil
    good.summary = RunSummary(runID: UUID(), mode: .run, asOf: Self.now.iso8601)
    for _ in 1...2 { await alerts.ended(good) }
    #expect(
      box.subjects.withLock { $0 } == [
        failed, "StatusSync: all is well again (was: database-unreachable)",
      ])
  }

  /// Where the state is to be saved.
  enum Place: CaseIterable { case folder, noFolder, folderThatTakesNoFile }

  /// Every pass of `deliver` is a process of its own, which remembers nothing. In a day of passes, which is a part of two
  /// days in UTC, two tell of the staleness at most.
  @Test(arguments: Place.allCases)
  func aDayOfPassesTellsTwiceAtMost(_ place: Place) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-alerts-\(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    if place == .folderThatTakesNoFile {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/.alerts.json", withIntermediateDirectories: true)
    }
    var made = Settings()
    made.reports.directory = place == .noFolder ? "/dev/null/reports" : folder
    made.monitor.emails = ["ops@example.com"]
    let settings = made
    let box = Box()
    try await TestDatabase.migrated { connection in
      let ended = Self.now - .seconds(settings.monitor.staleSeconds)
      let run = UUID()
      try await Runs(connection).begin(run, mode: .run, at: ended, full: true)
      try await Runs(connection).end(
        run, state: "finished", at: ended, exitCode: 0, summary: nil)
      for pass in 0..<288 {
        let now = Self.now + .seconds(300 * pass + 1)
        var clock = RunClock.system()
        clock.now = { now }
        let alerts = Alerts(
          settings, senders: [.email: box], clock: clock,
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await alerts.watchStaleness(connection)
      }
    }
    let told = box.subjects.withLock { $0 }
    #expect((1...2).contains(told.count))
    #expect(Set(told) == ["StatusSync: no night has finished for too long"])
  }
}

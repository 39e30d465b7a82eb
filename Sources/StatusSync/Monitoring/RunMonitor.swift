import Foundation
import Leads
import Logging
import Nightly
import Settings
import Store
import Synchronization

/// Reports one night to operators: a ping when it begins, and at its end the metrics file, a ping and a message. None of
/// them can fail the night; a failure is a line of the log.
package final class RunMonitor: Sendable {
  private struct State {
    var begun: Task<Void, Never>?
    var figures: OperatingFigures?
  }

  private let settings: MonitorSettings
  private let alerts: Alerts
  private let clock: RunClock
  private let logger: Logger
  private let state = Mutex(State())
  /// When monitoring began.
  package let startedAt: Instant

  /// For one night.
  package convenience init(_ settings: Settings, clock: RunClock = .system(), logger: Logger) {
    self.init(
      settings.monitor, alerts: Alerts(settings, clock: clock, logger: logger), clock: clock,
      logger: logger)
  }

  package init(_ settings: MonitorSettings, alerts: Alerts, clock: RunClock, logger: Logger) {
    self.settings = settings
    self.alerts = alerts
    self.clock = clock
    self.logger = logger
    startedAt = clock.now()
  }

  /// Receives one message of the night, which begins with its first stage; a night that finds the lock held
  /// never begins.
  package func show(_ progress: StageProgress) {
    guard case .began = progress, !settings.pingURL.isEmpty else { return }
    state.withLock { state in
      state.begun = state.begun ?? Task { await ping("start") }
    }
  }

  /// Reads the operators' figures, while the database is reachable.
  package func measure(_ nightly: Nightly) async {
    guard !settings.textfile.isEmpty else { return }
    do {
      let figures = try await nightly.operatingFigures()
      state.withLock { $0.figures = figures }
    } catch {
      logger.warning(
        "figures for the metrics file cannot be read", metadata: ["reason": "\(error)"])
    }
  }

  /// The night has ended. A night that found the lock held is not reported.
  package func ended(_ ending: RunEnding) async {
    guard ending.status != .locked else { return }
    let (begun, figures) = state.withLock { ($0.begun, $0.figures) }
    // Not part of the night's task, so that a night that was stopped is reported, too.
    await Task { [self] in
      writeMetrics(PrometheusText(ending, figures).text)
      await begun?.value
      if !settings.pingURL.isEmpty {
        await ping("\(ending.status.rawValue)", body: ending.lines.joined(separator: "\n") + "\n")
      }
      await alerts.ended(ending)
    }.value
  }

  private func ping(_ signal: String, body: String = "") async {
    guard let reason = await Ping(url: settings.pingURL, clock: clock).send(signal, body: body)
    else { return }
    logger.warning("a ping did not arrive", metadata: ["ping": "\(signal)", "reason": "\(reason)"])
  }

  /// Replaces the metrics file in one step: a collector finds the old one or the new one.
  private func writeMetrics(_ text: String) {
    guard !settings.textfile.isEmpty else { return }
    do {
      try OwnersFile.write(Data(text.utf8), to: settings.textfile, isPublic: true)
    } catch {
      logger.warning("the metrics file could not be replaced", metadata: ["reason": "\(error)"])
    }
  }
}

import Foundation
import Leads
import Postgres
import Pages
import Reports
import Settings
import Store

/// What `status --check` answers a probe of Nagios' kind: one line with figures, and a status.
package struct ProbeResult: Codable, Sendable, Equatable {
  /// The plugin's exit statuses (Nagios Plugins, development guidelines, "Plugin Return Codes").
  package enum Level: String, Codable, Sendable, Comparable {
    case ok = "OK"
    case warning = "WARNING"
    case critical = "CRITICAL"
    case unknown = "UNKNOWN"

    /// The status that the process ends with.
    package var code: Int32 {
      switch self {
      case .ok: 0
      case .warning: 1
      case .critical: 2
      case .unknown: 3
      }
    }

    package static func < (a: Level, b: Level) -> Bool { a.code < b.code }
  }

  package var level: Level
  /// What is wrong, worst first; or that nothing is.
  package var reasons: [String]
  /// Figures in the plugin's format: `'label'=value[unit];[warn];[crit]`.
  package var figures: [String]

  /// The line.
  package var line: String {
    let text = "STATUS-SYNC \(level.rawValue) - \(reasons.joined(separator: "; "))"
      .replacing("|", with: "/").replacing("\u{A0}", with: " ").visible
    return figures.isEmpty ? text : "\(text) | \(figures.joined(separator: " "))"
  }

  /// The state is unknown, for this reason.
  package init(unknown reason: String) {
    level = .unknown
    reasons = [reason]
    figures = []
  }

  /// Evaluates the last nights and the waiting work.
  /// - Parameter age: seconds since the latest night that finished; null: none did.
  package init(
    nights: [SyncStatus.RunLine], age: Double?, figures: OperatingFigures, staleSeconds: Double
  ) {
    var found: [(Level, String)] = []
    if let age {
      if age > staleSeconds {
        found.append(
          (.critical, "the last night that finished ended \(Formatting.duration(age)) ago"))
      }
    } else {
      found.append((.critical, "no night has finished yet"))
    }
    let last = nights.first { $0.state != "running" }
    if let last, last.state != "finished" {
      found.append(
        (
          .critical,
          "the last night \(last.state) with \(last.exit_code.map(String.init) ?? "no exit status")"
        ))
    } else if let code = last?.exit_code, let status = ExitStatus(rawValue: Int32(code)) {
      if [.held, .partial].contains(status) {
        found.append((.warning, "the last night ended with \(code): \(status.meaning)"))
      } else if status.rawValue >= ExitStatus.usage.rawValue {
        found.append((.critical, "the last night ended with \(code): \(status.meaning)"))
      }
    }
    if let waiting = figures.live?.oldest_pending_seconds, waiting > Self.longestWait {
      found.append(
        (.warning, "a message waits since \(Formatting.duration(waiting)); see status-sync deliver")
      )
    }
    level = found.map(\.0).max() ?? .ok
    reasons = found.sorted { $0.0 > $1.0 }.map(\.1)
    if reasons.isEmpty, let age, let code = last?.exit_code {
      reasons = ["the last night ended \(Formatting.duration(age)) ago with \(code)"]
    }
    self.figures = Self.figures(figures, age: age, exit: last?.exit_code, staleSeconds)
  }

  /// Seconds after which a waiting message is reported.
  static let longestWait = 3600.0

  private static func figures(
    _ figures: OperatingFigures, age: Double?, exit: Int?, _ stale: Double
  ) -> [String] {
    var list: [String] = []
    if let age { list.append("age=\(Int(age))s;;\(Int(stale));0") }
    if let exit { list.append("exit=\(exit)") }
    list.append("reviews=\(figures.reviews_open);;;0")
    list.append("pending_changes=\(figures.pending_changes);;;0")
    if let live = figures.live {
      list.append("outbox=\(live.pending);;;0")
      list.append(
        "outbox_age=\(Int(live.oldest_pending_seconds ?? 0))s;\(Int(longestWait));;0")
      list.append("dead_letters=\(live.dead);;;0")
    }
    list.append("database=\(figures.database_bytes)B;;;0")
    return list
  }
}

extension ProbeResult {
  /// Reads and evaluates.
  package static func read(
    _ connection: PostgresConnection, _ settings: MonitorSettings, at now: Instant
  ) async throws -> ProbeResult {
    ProbeResult(
      nights: try await SyncStatus.nights(connection, at: now),
      age: try await SyncStatus.age(connection, at: now),
      figures: try await OperatingFigures.read(connection, at: now),
      staleSeconds: settings.staleSeconds)
  }
}

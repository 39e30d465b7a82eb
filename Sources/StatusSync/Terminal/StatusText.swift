import Foundation
import Live
import Nightly
import Pages
import Reports

/// The last runs, the targets and what waits, for people.
package enum StatusText {
  /// Nights as a strip, runs, stages against their usual time, targets, what waits.
  package static func text(_ status: SyncStatus) -> String {
    let age = status.stale_seconds.map {
      "the last finished run ended \(Formatting.duration($0)) ago"
    }
    return [
      strip(status.nights), runs(status.runs) + "\n" + (age ?? "no run has finished yet"),
      stages(status.stages), criteria(status.criteria), live(status.live),
      poll(status.poll),
    ].compactMap { $0 }.joined(separator: "\n\n").replacing(Formatting.gap, with: " ")
  }

  /// The exit statuses of the last nights, the latest at the right; nil where there was none.
  static func strip(_ nights: [SyncStatus.RunLine]) -> String? {
    guard !nights.isEmpty else { return nil }
    let cells = nights.reversed().map { night in
      (
        day: String(night.started_at.dropFirst(5).prefix(5)),
        end: night.state == "running" ? "now" : night.exit_code.map(String.init) ?? "?"
      )
    }
    let row = cells.map { String(repeating: " ", count: max(0, 5 - $0.end.count)) + $0.end }
    return "night  " + cells.map(\.day).joined(separator: "  ") + "\n"
      + "exit   " + row.joined(separator: "  ")
  }

  private static func runs(_ runs: [SyncStatus.RunLine]) -> String {
    Terminal.table(
      ["started", "mode", "state", "exit", "pulled", "planned"],
      runs.map {
        [
          $0.started_at, $0.mode, $0.state, $0.exit_code.map(String.init) ?? "-",
          $0.pulled.map(String.init) ?? "-", $0.planned.map(String.init) ?? "-",
        ]
      })
  }

  private static func stages(_ stages: [StageTime]) -> String? {
    guard !stages.isEmpty else { return nil }
    return Terminal.table(
      ["stage of the last night", "took", "usually", ""],
      stages.map {
        [
          $0.stage, Formatting.duration($0.seconds), Formatting.duration($0.usual_seconds),
          $0.isLong ? "longer than usual" : "",
        ]
      })
  }

  private static func criteria(_ criteria: [SyncStatus.Criterion]) -> String {
    Terminal.table(
      ["criterion", "target", "figure", "note"],
      criteria.map { [$0.criterion, $0.target, $0.figure ?? "not known yet", $0.note ?? ""] })
  }

  private static func poll(_ poll: PollLag?) -> String? {
    poll.map { poll in
      let lag = poll.lag_seconds.map { "\(Formatting.duration($0)) behind" } ?? "no night yet"
      let properties = Formatting.count(poll.properties, "property", "properties")
      guard let name = poll.failing_property else {
        return "changes asked of ResMan: \(properties), \(lag)"
      }
      return "changes asked of ResMan: \(properties), \(lag); \(poll.failing) failing, "
        + "first \(name): \(poll.failure ?? "")".visible
    }
  }

  private static func live(_ live: LiveFigures?) -> String? {
    live.map { live in
      "outbox: \(live.pending) waiting, \(live.dead) dead letters, \(live.unread) unread; "
        + "actions: \(live.actions_pending) due, \(live.actions_failed) given up; "
        + "\(live.open_tasks) open tasks, \(live.follow_ups) follow-ups"
    }
  }
}

import Foundation
import Leads
import Store
import Synchronization

/// Standard output and error, unbuffered: nothing is lost when the process ends.
package enum Terminal {
  /// For results. Control characters from outside are made visible.
  /// - Returns: as `write`.
  package static func out(_ text: String) -> Int32 {
    write(text.visibleLines + "\n", to: STDOUT_FILENO)
  }

  /// For messages to people; likewise.
  package static func err(_ text: String) { write(text.visibleLines + "\n", to: STDERR_FILENO) }

  /// True where standard error is a terminal and colour is not refused.
  package static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes all of a text, however long its reader takes.
  /// - Returns: the number of the error after which the rest was left out; 0: there was none.
  @discardableResult
  package static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written >= 0 {
        bytes = bytes.dropFirst(written)
      } else if errno == EAGAIN {
        // Another process with the same terminal or pipe wants no waiting.
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&room, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Columns lined up: texts left, numbers right; each row is one line, whatever its cells hold.
  package static func table(_ header: [String], _ rows: [[String]]) -> String {
    let all = [header] + rows.map { $0.map(\.visible) }
    let widths = header.indices.map { column in
      all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return all.map { row in
      zip(row, widths).map { cell, width in
        let space = String(repeating: " ", count: max(0, width - cell.count))
        return Double(cell.replacing(",", with: "")) != nil ? space + cell : cell + space
      }.joined(separator: "  ").trimmingTrailingSpace
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmingTrailingSpace: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// Shows the progress of a long phase: a bar on a terminal, else a line at most every 10 s.
package final class ProgressDisplay: Sendable {
  private struct State {
    var stage = ""
    var expected: Int?
    var done = 0
    var began = ContinuousClock.now
    var shown = ContinuousClock.now
  }
  private let state = Mutex(State())
  private let isInteractive = Terminal.isInteractive

  package init() {}

  /// The stage that has begun and not ended, or the last one that did; nil before the first.
  package var stage: String? { state.withLock { $0.stage.isEmpty ? nil : $0.stage } }

  /// Takes one message of the night.
  package func show(_ progress: StageProgress) {
    state.withLock { state in
      let now = ContinuousClock.now
      switch progress {
      case .run: break
      case .began(let stage, let expected):
        state = State(stage: stage, expected: expected, done: 0, began: now, shown: now)
      case .advanced(let stage, let count):
        state.stage = stage
        state.done += count
        let pause: Duration = isInteractive ? .milliseconds(100) : .seconds(10)
        guard now - state.shown >= pause else { return }
        state.shown = now
        line(state, now: now)
      case .ended(let stage, let seconds):
        if isInteractive {
          let time = (seconds * 100).rounded() / 100
          Terminal.write("\r\u{1B}[K\(stage) \(time) s\n", to: STDERR_FILENO)
        }
      }
    }
  }

  private func line(_ state: State, now: ContinuousClock.Instant) {
    let seconds = max((now - state.began) / .seconds(1), 0.001)
    let rate = Double(state.done) / seconds
    var text = "\(state.stage): \(state.done)"
    if let expected = state.expected, expected > 0 {
      let share = min(Double(state.done) / Double(expected), 1)
      let filled = Int(share * 24)
      text =
        "\(state.stage) [" + String(repeating: "#", count: filled)
        + String(repeating: ".", count: 24 - filled) + "] \(state.done)/\(expected)"
      if rate > 0 { text += ", \(Int(Double(max(0, expected - state.done)) / rate)) s left" }
    }
    text += ", \(Int(rate))/s"
    Terminal.write(isInteractive ? "\r\u{1B}[K\(text)" : text + "\n", to: STDERR_FILENO)
  }
}

import Leads
import Synchronization

/// Which channels may be used now. A channel that asks to wait, or fails repeatedly, is paused, so that its messages do
/// not use up their attempts.
final class ChannelHealth: Sendable {
  /// Successive failures after which a channel is paused.
  static let timeout = 5
  /// Seconds of the first pause; each further one is twice as long, up to `longestPause`.
  static let firstPause = 15.0
  static let longestPause = 300.0
  /// The longest pause that a server can ask for.
  static let longestWait = 3600.0

  private struct State {
    var failures = 0
    var pauses = 0
    var resumes: Duration = .zero

    /// Begins the next pause.
    mutating func pause(at now: Duration) {
      let pause = ChannelHealth.firstPause * Double(1 << min(pauses, 10))
      resumes = max(resumes, now + .seconds(min(pause, ChannelHealth.longestPause)))
      pauses += 1
      failures = 0
    }
  }
  private let states = Mutex<[NotificationChannel: State]>([:])

  /// The channels that are not paused at that moment.
  func usable(at now: Duration) -> [NotificationChannel] {
    states.withLock { states in
      NotificationChannel.allCases.filter { (states[$0]?.resumes ?? .zero) <= now }
    }
  }

  /// Records the outcome of one message.
  func note(_ end: SendEnd, on channel: NotificationChannel, at now: Duration) {
    states.withLock { states in
      var state = states[channel] ?? State()
      switch end {
      case .accepted, .bounced, .failed:
        state.failures = 0
        // What was sent before a pause began does not end it.
        if state.resumes <= now { state.pauses = 0 }
      case .tryLater(let seconds?, _):
        let wait = min(max(seconds, 1), Self.longestWait)
        state.resumes = max(state.resumes, now + .seconds(wait))
      case .tryLater(nil, _):
        // Messages that were sent at the same time begin one pause.
        if state.resumes <= now { state.pause(at: now) }
      case .notSent, .uncertain:
        state.failures += 1
        if state.failures >= Self.timeout { state.pause(at: now) }
      }
      states[channel] = state
    }
  }
}

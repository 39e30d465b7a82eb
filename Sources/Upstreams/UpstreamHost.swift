import Foundation
import HTTP
import Leads
import Store

/// How one host is reached.
package struct UpstreamSettings: Sendable {
  /// `http(s)://host[:port][/prefix]`, without a trailing slash.
  package var url: String
  package var token: String
  /// The word before the token in `Authorization`; null: the token goes elsewhere, and the header is not sent.
  package var scheme: String? = "Bearer"
  package var requestsPerSecond: Double
  package var concurrency: Int
  /// Seconds for a whole call, from its beginning to the last byte of the answer's body.
  package var timeoutSeconds: Double
  /// Seconds of a run after which no call waits any more, and no page is read.
  package var deadlineSeconds: Double
  /// Seconds that a call waits for the host's pauses, one after another; null for a night, which waits until its deadline.
  /// With a limit the client serves for the lifetime of the process: a 401 does not end its calls, and a call waits for its
  /// place only as long as another call may take.
  package var waitTimeoutSeconds: Double?

  package init(
    url: String, token: String, requestsPerSecond: Double = 20, concurrency: Int = 8,
    timeoutSeconds: Double = 30, deadlineSeconds: Double = 14_400, waitTimeoutSeconds: Double? = nil
  ) {
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.token = token
    self.requestsPerSecond = requestsPerSecond
    self.concurrency = concurrency
    self.timeoutSeconds = timeoutSeconds
    self.deadlineSeconds = deadlineSeconds
    self.waitTimeoutSeconds = waitTimeoutSeconds
  }
}

/// One call to a host.
package struct OutgoingCall: Sendable {
  package var method = WebRequest.Method.get
  /// With the query, percent-encoded.
  package var path: String
  /// Its path for traces, where the path holds an id; null: the path without the query.
  var route: String?
  package var headers: [(String, String)] = []
  package var body: [UInt8]?
  /// What the answer is to be, and what the body is.
  var accept = "application/json"
  var contentType = "application/json"
  /// Bytes of the answer's body that are accepted.
  var maximumBytes = 1 << 20
  /// A write that has not begun by then, by the clock, is not sent, because its read is too old. Null for reads.
  var latestStart: Duration?
  /// Whether the call ends with the run's time: reads before the writes of a night. Other calls have their own timeout even
  /// then, because they complete what was begun.
  var endsWithRun = false
}

/// A complete answer, whatever its status.
package struct IncomingAnswer: Sendable {
  package var status: Int
  package var headers: WebHeaders
  package var body: [UInt8]
  /// The time that the answer's age is counted from, by the clock: when it was requested, but for a slow host a second
  /// before the answer, or nothing could ever be written there.
  package var readAt: Duration = .zero

  /// The reasons that a problem+json names, shortened; never the whole body.
  package var problem: String {
    struct Problem: Decodable {
      var title: String?
      var detail: String?
      var unmet: [String]?
      var missing: [String]?
    }
    guard let problem = try? JSON.decode(body, as: Problem.self)
    else { return "HTTP \(status)" }
    let named = (problem.unmet ?? problem.missing ?? []).joined(separator: ", ")
    let parts = [problem.detail ?? problem.title, named.isEmpty ? nil : named].compactMap { $0 }
    return parts.isEmpty ? "HTTP \(status)" : String(parts.joined(separator: ": ").prefix(300))
  }
}

/// Sends calls to one host under its limits: token, timeouts, size limits, no redirects, no hidden retries.
package final class UpstreamHost: Sendable {
  /// Attempts of a read in all.
  package static let maximumAttempts = 3

  package let settings: UpstreamSettings
  let gate: HostRateLimiter
  package let clock: RunClock
  package let client: WebClient
  private let budget: RetryBudget
  /// When the run's time is over, by the clock's count.
  package let deadline: Duration

  /// - Parameters:
  ///   - budget: the run's, shared by everybody who tries again.
  ///   - other: a host whose calls count together with these.
  package init(
    _ settings: UpstreamSettings, client: WebClient, clock: RunClock, budget: RetryBudget,
    countingWith other: UpstreamHost? = nil
  ) {
    self.settings = settings
    self.client = client
    self.clock = clock
    self.budget = budget
    deadline =
      settings.waitTimeoutSeconds == nil
      ? clock.elapsed() + .seconds(settings.deadlineSeconds) : .seconds(1e12)
    gate =
      other?.gate
      ?? HostRateLimiter(
        requestsPerSecond: settings.requestsPerSecond, concurrency: settings.concurrency,
        closesAt: deadline,
        longestPause: settings.waitTimeoutSeconds.map { _ in Self.longestPause },
        clock: clock)
  }

  /// A read: up to three attempts, a 429 waited for as long as calls of this client wait, anything but 2xx a failure
  /// except the statuses in `accepting`.
  package func read(_ call: OutgoingCall, accepting: Set<Int> = []) async throws(CallFailure)
    -> IncomingAnswer
  {
    budget.operation()
    var attempt = 1
    var pauses = 0
    var paused = Duration.zero
    var earlier: CallFailure?
    while true {
      let failure: CallFailure
      do throws(CallFailure) {
        let answer = try await once(call)
        if (200..<300).contains(answer.status) || accepting.contains(answer.status) {
          return answer
        }
        failure = await classify(answer)
      } catch {
        // Refused by our own limits: the host said nothing, and so nobody pauses for it.
        if error.isTryLater { throw error }
        // The failure of an earlier attempt says more than that the time was over.
        if error == Self.overdue { throw earlier ?? error }
        failure = error
      }
      earlier = failure
      if case .tryLater(let seconds) = failure.kind {
        // All calls to the host pause, even where this one gives up.
        let pause = Backoff.pause(asked: seconds, times: pauses)
        await gate.pause(for: pause)
        pauses += 1
        guard mayWait(.seconds(pause), after: paused), !Task.isCancelled else { throw failure }
        paused += .seconds(pause)
        continue
      }
      guard failure.isWorthRetrying, attempt < Self.maximumAttempts else { throw failure }
      let wait = Duration.seconds(Backoff.seconds(after: attempt, random: clock.random()))
      guard clock.elapsed() + wait < deadline, budget.takeRetry(),
        (try? await clock.sleep(wait)) != nil
      else { throw failure }
      attempt += 1
    }
  }

  /// By day no end of a run ends a pause, so a mistaken `Retry-After` of years would last until a restart.
  private static let longestPause = Duration.seconds(3600)

  /// Whether a call that has waited for the host before may wait this much longer.
  func mayWait(_ wait: Duration, after waited: Duration) -> Bool {
    let isInTime = clock.elapsed() + wait < deadline
    guard let most = settings.waitTimeoutSeconds else { return isInTime }
    return isInTime && waited + wait <= .seconds(most)
  }

  /// One attempt: whatever status came, complete; or why none did. `tryLater`: our own limits refused it, and nothing was
  /// sent; what the host answers is an answer.
  package func once(_ call: OutgoingCall) async throws(CallFailure) -> IncomingAnswer {
    do {
      try await gate.enter(
        isWrite: call.latestStart != nil,
        pause: settings.waitTimeoutSeconds.map { .seconds($0) },
        place: settings.waitTimeoutSeconds.map { _ in .seconds(settings.timeoutSeconds) })
    } catch let closed as GateClosed {
      throw CallFailure(
        .tryLater(seconds: closed.seconds),
        closed.isOwnLimit ? "too many calls wait for their place" : "the server asks to wait",
        isOwnLimit: closed.isOwnLimit)
    } catch {
      throw CallFailure(.cancelled, "cancelled before it was sent")
    }
    if await gate.isUnauthorized {
      await gate.leave()
      throw CallFailure(.unauthorized, "the token was refused before")
    }
    let sentAt = clock.elapsed()
    if call.endsWithRun, sentAt >= deadline {
      await gate.leave()
      throw Self.overdue
    }
    if let latest = call.latestStart, sentAt > latest {
      await gate.leave()
      throw CallFailure(.late, "waited too long to be sent")
    }
    let result = await traced(call)
    await gate.leave()
    var answer = try result.get()
    answer.readAt = max(sentAt, clock.elapsed() - .seconds(1))
    if answer.status == 401, settings.waitTimeoutSeconds == nil { await gate.refuseAll() }
    return answer
  }

  /// A complete answer that is not 2xx, as a failure.
  package func classify(_ answer: IncomingAnswer) async -> CallFailure {
    let wait = RetryAfter.seconds(answer.headers.first(name: "retry-after"), now: clock.now())
    switch answer.status {
    case 401: return CallFailure(.unauthorized, "the token is not accepted")
    case 403: return CallFailure(.forbidden, "access is refused")
    case 429: return CallFailure(.tryLater(seconds: wait), "the server asks to wait")
    case 503 where wait != nil:
      return CallFailure(.tryLater(seconds: wait), "the server asks to wait")
    default: return CallFailure(.status(answer.status), "HTTP \(answer.status)")
    }
  }
}

import Foundation
import Leads
import Logging
import Nightly
import Postgres
import Pulls
import StatusSync
import Store
import Upstreams

/// An error for the user: one sentence that says what happened, where, and what to do; and an exit status.
struct CommandError {
  var sentence: String
  var status: ExitStatus
  /// The name that stays, whatever the sentence is.
  var code: ErrorCode
  /// The stage of the night; nil outside a night.
  var stage: String?

  init(_ error: any Error) {
    let placed = error as? Circumstances.Placed
    let circumstances = placed?.circumstances ?? Circumstances()
    let error = placed?.error ?? error
    stage = circumstances.stage
    sentence = ErrorSentence(error, circumstances).text
    code = ErrorCode(of: error)
    status = code.exitStatus
    if let received = Signals.received {
      code = .stopped
      sentence = "stopped by a signal; what had begun was finished"
      status = received
    }
    sentence = sentence.split(separator: "\n").joined(separator: " ")
  }

  /// Writes it to standard error: as a sentence; for a night, and with --log-format json, as a line of the log with time,
  /// stage and host name.
  func report(as format: CommonOptions.LogFormat) {
    guard stage != nil || format != .text else {
      return LineLogHandler.write("status-sync: \(sentence) [\(code.rawValue)]", .error)
    }
    let metadata: Logger.Metadata = [
      "code": "\(code.rawValue)", "exit": "\(status.rawValue)",
      "host": "\(ProcessInfo.processInfo.hostName)",
      "stage": "\(stage ?? "start")",
    ]
    LineLogHandler(format: format).log(
      event: LogEvent(
        level: .error, message: "status-sync: \(sentence)", metadata: metadata, source: "",
        file: #fileID, function: #function, line: #line))
  }
}

/// One sentence about an error.
private struct ErrorSentence {
  let text: String

  init(_ error: any Error, _ circumstances: Circumstances) {
    switch error {
    case let error as PostgresError: text = Self.database(error, circumstances.database)
    case let error as PullError: text = Self.pull(error, circumstances)
    case let error as CallFailure: text = "a call failed: \(error.sentence)"
    case is CancellationError: text = "stopped"
    case let error as any LocalizedError where error.errorDescription != nil:
      text = error.errorDescription ?? ""
    default: text = Self.foundation(error) ?? String(describing: error)
    }
  }

  private static func database(_ error: PostgresError, _ url: String?) -> String {
    let place = url.map { PostgresConfiguration(url: $0).place } ?? ""
    let name = place.isEmpty ? "the database" : "the database \(place)"
    guard let advice = error.advice else {
      return
        "\(name) and status-sync do not agree on a statement (\(error)): the schema was changed "
        + "by hand, or this is a fault of status-sync; report it with the log"
    }
    return "\(name) \(advice.text)"
  }

  private static func pull(_ error: PullError, _ circumstances: Circumstances) -> String {
    let isResMan = error.system == .resman
    let url = (isResMan ? circumstances.resman : circumstances.domiq) ?? ""
    let place = url.isEmpty ? "" : " (\(url))"
    return "\(isResMan ? "ResMan" : "DomIQ")\(place) \(error.failure.sentence); "
      + "no repair was begun"
  }

  /// Foundation's file errors, without their dump.
  private static func foundation(_ error: any Error) -> String? {
    if error is DecodingError {
      return "a file or a row does not hold what status-sync writes there"
    }
    guard let error = error as? CocoaError else { return nil }
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
    let reason =
      underlying.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
    let path = error.userInfo[NSFilePathErrorKey] as? String
    return (path.map { "\($0): " } ?? "") + reason
  }
}

/// A combination of options that is not allowed.
struct Usage: CodedError, CustomStringConvertible {
  var description: String
  var errorCode: ErrorCode { .usage }
  init(_ description: String) { self.description = description }
}

/// The time of an option: an instant, or a day.
/// - Parameter now: the last moment of today is now; nil: it is in the future.
func moment(
  _ text: String, _ option: String, _ day: BareDay, now: Instant? = nil
) throws -> Instant {
  guard let instant = Instant(text, bareDay: day, now: now) else {
    throw Usage(
      "\(option): \"\(text)\" is not a date (2026-11-28) or time (2026-11-28T10:00:00Z)")
  }
  return instant
}

import Foundation
import Leads
import Logging
import StatusSync
import Store
import Synchronization

/// One log line a message on standard error; a line break in a value cannot make another line.
struct LineLogHandler: LogHandler {
  let format: CommonOptions.LogFormat
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  init(format: CommonOptions.LogFormat) { self.format = format }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  private static let format = Mutex(CommonOptions.LogFormat.text)

  /// The format that this command was asked for.
  static var chosen: CommonOptions.LogFormat {
    get { format.withLock { $0 } }
    set { format.withLock { $0 = newValue } }
  }

  /// Writes a message for a person, in that format.
  static func note(_ message: String) {
    guard chosen == .json else { return Terminal.err(message) }
    LineLogHandler(format: .json).log(
      event: LogEvent(
        level: .notice, message: "\(message)", metadata: nil, source: "", file: #fileID,
        function: #function, line: #line))
  }

  func log(event: LogEvent) {
    Terminal.err(line(event, at: RunClock.system().now()))
  }

  /// The text of a message, always one line.
  func line(_ event: LogEvent, at now: Instant) -> String {
    let values = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
    switch format {
    case .text:
      let pairs = values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      return "\(now.iso8601) \(event.level) \(event.message)\(pairs)".visible
    case .json:
      var fields = values
      fields["time"] = now.iso8601
      fields["level"] = "\(event.level)"
      fields["message"] = "\(event.message)"
      return (try? JSON.encode(fields))?.visibleJSON ?? "{}"
    }
  }
}

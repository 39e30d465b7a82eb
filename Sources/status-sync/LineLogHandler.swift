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
    guard chosen != .text else { return write(message, .notice) }
    LineLogHandler(format: chosen).log(
      event: LogEvent(
        level: .notice, message: "\(message)", metadata: nil, source: "", file: #fileID,
        function: #function, line: #line))
  }

  func log(event: LogEvent) {
    Self.write(line(event, at: RunClock.system().now()), event.level)
  }

  /// Writes a line, for the journal with its priority.
  static func write(_ line: String, _ level: Logger.Level) {
    Terminal.err(isJournal ? "<\(level.priority)>\(line)" : line)
  }

  /// True where standard error goes to the journal (systemd.exec(5), `$JOURNAL_STREAM`).
  private static let isJournal: Bool = {
    let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]
    var status = stat()
    guard let stream, fstat(STDERR_FILENO, &status) == 0 else { return false }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }()

  private static let circumstances = Mutex<[String: String]>([:])

  /// Adds to every line of this process: the run's id, the stage.
  static func add(_ key: String, _ value: String) { circumstances.withLock { $0[key] = value } }

  /// A value of logfmt: as a string of JSON where it is empty or holds more than plain characters.
  private static func quoted(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"=\"\\".utf8.contains($0) }
    guard value.isEmpty || !isPlain else { return value }
    return (try? JSON.encode(value).visibleJSON) ?? "\"\""
  }

  /// The text of a message, always one line.
  func line(_ event: LogEvent, at now: Instant) -> String {
    let values = Self.circumstances.withLock { $0 }.merging(
      metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
    ) { $1 }
    switch format {
    case .logfmt:
      var pairs = [
        ("time", now.iso8601), ("level", "\(event.level)"), ("message", "\(event.message)"),
      ]
      pairs += values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      return pairs.map { "\($0.0)=\(Self.quoted($0.1))" }.joined(separator: " ")
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

extension Logger.Level {
  /// The priority of syslog(3).
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}

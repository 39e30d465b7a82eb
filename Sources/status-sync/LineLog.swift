import Foundation
import Leads
import Logging
import StatusSync

/// One log line a message on standard error; a line break in a value cannot make another line.
struct LineLog: LogHandler {
  let format: CommonOptions.LogFormat
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  init(format: CommonOptions.LogFormat) { self.format = format }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Terminal.err(line(event, at: RunClock.system().now()))
  }

  /// What is written of a message: one line whatever it holds.
  func line(_ event: LogEvent, at now: Instant) -> String {
    let values = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
    switch format {
    case .text:
      let pairs = values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      return Self.visible("\(now.iso8601) \(event.level) \(event.message)\(pairs)")
    case .json:
      var fields = values
      fields["time"] = now.iso8601
      fields["level"] = "\(event.level)"
      fields["message"] = "\(event.message)"
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return (try? encoder.encode(fields)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
  }

  /// A text with its line breaks and other control characters spelled out.
  private static func visible(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case _
      where [.control, .lineSeparator, .paragraphSeparator].contains(
        scalar.properties.generalCategory):
        line += "\\u{\(String(scalar.value, radix: 16))}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}

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
    let now = RunClock.system().now().iso8601
    let values = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
    switch format {
    case .text:
      let pairs = values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      let text = "\(now) \(event.level) \(event.message)\(pairs)"
      Terminal.err(text.replacing("\r", with: "\\r").replacing("\n", with: "\\n"))
    case .json:
      var fields = values
      fields["time"] = now
      fields["level"] = "\(event.level)"
      fields["message"] = "\(event.message)"
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      if let line = try? encoder.encode(fields) {
        Terminal.err(String(decoding: line, as: UTF8.self))
      }
    }
  }
}

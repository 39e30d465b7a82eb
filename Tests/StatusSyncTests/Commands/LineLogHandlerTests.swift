import Leads
import Logging
import Testing

@testable import status_sync  // uses `CommonOptions`, internal

/// A value from outside cannot start a new line or move the cursor.
@Suite struct LineLogHandlerTests {
  private static let event = LogEvent(
    level: .info, message: "one\ntwo", metadata: ["why": "a\r\nb\u{1B}[2J\u{2028}c"], source: "",
    file: "", function: "", line: 0)

  @Test(arguments: CommonOptions.LogFormat.allCases)
  func aMessageIsOneLine(_ format: CommonOptions.LogFormat) {
    let line = LineLogHandler(format: format).line(Self.event, at: Instant(microseconds: 0))
    #expect(!line.contains { $0.isNewline } || format == .json)
    #expect(line.utf8.allSatisfy { $0 >= 0x20 })
    #expect(line.contains(#"one\ntwo"#))
  }
}

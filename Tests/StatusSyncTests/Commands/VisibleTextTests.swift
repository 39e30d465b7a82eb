import Testing

@testable import StatusSync  // uses `visibleLines`, internal

/// Text from outside cannot move the cursor, reverse text, or hide anything.
@Suite struct VisibleTextTests {
  static let texts: [(text: String, shown: String)] = [
    ("plain, Zoë, 李, 😀", "plain, Zoë, 李, 😀"), ("", ""),
    ("a\u{1B}[2J\u{7}b", #"a\u{1b}[2J\u{7}b"#), ("a\r\nb\tc", #"a\r\nb\tc"#),
    ("a\u{9B}31m", #"a\u{9b}31m"#), ("a\u{7F}", #"a\u{7f}"#), ("\u{0}", #"\u{0}"#),
    ("a\u{202E}dexif", #"a\u{202e}dexif"#), ("\u{2066}x\u{2069}", #"\u{2066}x\u{2069}"#),
    ("a\u{200F}b\u{61C}", #"a\u{200f}b\u{61c}"#), ("a\u{2028}b\u{2029}", #"a\u{2028}b\u{2029}"#),
    ("L-1\u{200B}", #"L-1\u{200b}"#), ("\u{FEFF}x\u{AD}", #"\u{feff}x\u{ad}"#),
    ("\u{E0041}", #"\u{e0041}"#), ("👩‍👩‍👧 ❤️ نمی‌دانم", "👩‍👩‍👧 ❤️ نمی‌دانم"),
  ]

  @Test(arguments: texts)
  func isShown(text: String, shown: String) {
    #expect(text.visible == shown)
    #expect(text.visible.visible == shown)
    #expect(Terminal.table(["x"], [[text]]) == "x\n" + shown.trimmingSuffixBlanks)
  }

  @Test func aLogEntryIsOneLine() {
    #expect("a\nb\u{1B}c".visibleLines == "a\nb\\u{1b}c")
  }

  @Test func jsonMeansTheSame() {
    #expect(
      "{\n\"a\": \"\u{202E}\u{9B}\u{E0041}é\"}".visibleJSON
        == "{\n\"a\": \"\\u202e\\u009b\\udb40\\udc41é\"}")
  }
}

extension String {
  fileprivate var trimmingSuffixBlanks: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

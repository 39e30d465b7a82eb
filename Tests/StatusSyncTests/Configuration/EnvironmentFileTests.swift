import Foundation
import Testing

import Settings

/// One file for a service and for cron, as systemd.exec(5) describes `EnvironmentFile=`.
@Suite struct EnvironmentFileTests {
  /// A text, and how systemd reads it.
  static let readings: [(text: String, read: [String: String])] = [
    ("", [:]), ("\n\n  \n", [:]), ("# a comment\n; another\n  # and one\nA=1", ["A": "1"]),
    ("A=1\nB=2\nA=3\n", ["A": "3", "B": "2"]), ("A=", ["A": ""]), ("A=\nB=2", ["A": "", "B": "2"]),
    // Characters that are special in a shell.
    (
      "DATABASE_URL=postgresql://u@h/d?a=b&c=d\n",
      ["DATABASE_URL": "postgresql://u@h/d?a=b&c=d"]
    ),
    ("A=a;b|c>d<e(f)*?[g]~", ["A": "a;b|c>d<e(f)*?[g]~"]),
    ("A=$HOME `id` $(id)", ["A": "$HOME `id` $(id)"]),
    ("A=one two  three", ["A": "one two  three"]), ("A=x # no comment", ["A": "x # no comment"]),
    ("A=b=c", ["A": "b=c"]), ("A=it's \"so\"", ["A": "it's \"so\""]),
    // Surrounding spaces are ignored.
    ("  A = 1 \t\nB=2\r\nC=3\r\n", ["A": "1", "B": "2", "C": "3"]),
    // Quotes.
    ("A=' 1 '  \nB=2", ["A": " 1 ", "B": "2"]), (#"A='a\b$c"d'"#, ["A": #"a\b$c"d"#]),
    ("A='two\nlines'\nB=2", ["A": "two\nlines", "B": "2"]),
    (#"A="a\"b\\c\$d\`e\n""#, ["A": #"a"b\c$d`e\n"#]), ("A=\"on\\\ne\"", ["A": "one"]),
    ("A='a' 'b'c", ["A": "abc"]), ("A='a' b'c'", ["A": "ab'c'"]),
    // Backslashes outside of quotes.
    (#"A=a\ b\\c\d"#, ["A": #"a b\cd"#]), ("A=on\\\ne", ["A": "one"]), (#"A=a\ "#, ["A": "a "]),
    ("A=ü€😀", ["A": "ü€😀"]),
  ]

  @Test(arguments: readings)
  func isReadAsTheManualSays(text: String, read: [String: String]) throws {
    let file = try EnvironmentFile(text, named: "test")
    let found = Dictionary(file.assignments.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    #expect(found == read)
  }

  /// systemd ignores such a line silently, or reads more lines than intended; here it is an error.
  @Test(arguments: [
    ("A=1\nDATABASE_URL postgresql:///x\n", "line 2: no equals sign"),
    ("export A=1", "\"export A\" is not the name"), ("1A=1", "\"1A\" is not the name"),
    ("A-B=1", "is not the name"), ("=1", "\"\" is not the name"), ("Ä=1", "is not the name"),
    ("A=1\nB='x\nC=2\n", "line 2: a quotation mark is not closed"), ("A=\"x", "not closed"),
    ("# x \\\nA=1", "line 1: a comment ends with a backslash"), ("\u{FEFF}A=1", "is not the name"),
  ])
  func aLineThatSystemdIgnoresIsAnError(_ text: String, _ hint: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try EnvironmentFile(text, named: "test")
    }
    #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
  }

  @Test func aNamedFileMustExist() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-env-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "environment").path()
    #expect(throws: ConfigurationError.self) { try EnvironmentFile.load(path) }
    #expect(throws: ConfigurationError.self) { try EnvironmentFile.load(folder.path()) }
    try Data([0x41, 0x3D, 0xFF]).write(to: URL(fileURLWithPath: path))
    #expect(throws: ConfigurationError.self) { try EnvironmentFile.load(path) }
    try Data("A=1\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try EnvironmentFile.load(path)?.assignments.map(\.value) == ["1"])
    #expect(try EnvironmentFile.load("/dev/null")?.assignments.isEmpty == true)
  }
}

import Foundation
import Testing

/// Files with the expected output. `WRITE_GOLDEN=1 swift test` writes them again; the difference is then
/// reviewed like any other.
enum Golden {
  /// The root folder of the repository.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Checks that the file's content is exactly `actual`.
  static func check(
    _ actual: String, equals path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = root.appending(path: path)
    if ProcessInfo.processInfo.environment["WRITE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(actual.utf8).write(to: file)
    }
    let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let lines = zip(
      actual.split(separator: "\n", omittingEmptySubsequences: false),
      expected.split(separator: "\n", omittingEmptySubsequences: false))
    if let (index, pair) = lines.enumerated().first(where: { $1.0 != $1.1 }) {
      Issue.record(
        "\(path) differs in line \(index + 1): \(pair.0) instead of \(pair.1)",
        sourceLocation: sourceLocation)
    }
    #expect(actual == expected, "\(path) differs", sourceLocation: sourceLocation)
  }
}

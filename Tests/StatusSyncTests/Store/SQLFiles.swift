import Foundation
import Testing

/// The files of `sql/` in the repository, and the places in Swift that name them.
enum SQLFiles {
  struct File: Sendable, CustomTestStringConvertible {
    /// The file name without `.sql`.
    var name: String
    /// The path below `sql/`.
    var path: String
    var text: String

    /// True: several statements, run without parameters; false: one statement, which may have parameters.
    var isScript: Bool { code.contains(/;\s*(?:\n|$)/) }
    var testDescription: String { path }

    /// The text without its comments.
    var code: String {
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { line in line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line }
        .joined(separator: "\n")
    }
  }

  /// All files but the one that `make schema` writes, by path.
  static let all: [File] = {
    let root = Golden.root.appending(path: "sql")
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root.path())) ?? []
    return paths.filter { $0.hasSuffix(".sql") && $0 != "schema.sql" }.sorted().map { path in
      File(
        name: String(path.split(separator: "/").last?.dropLast(4) ?? ""), path: path,
        text: text(of: root.appending(path: path)))
    }
  }()

  /// The files with one statement.
  static let statements = all.filter { !$0.isScript }

  /// Swift files of the product, by name without `.swift`.
  static let sources: [(name: String, text: String)] = {
    let root = Golden.root.appending(path: "Sources")
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root.path())) ?? []
    return paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      (
        String(path.split(separator: "/").last?.dropLast(6) ?? ""),
        text(of: root.appending(path: path))
      )
    }
  }()

  private static func text(of file: URL) -> String {
    (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  }
}

import Foundation

/// The text of a statement of `sql/`, by its name without `.sql`, for tests that execute it by itself.
package enum StatementFile {
  private static let all: [String: String] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "sql")
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    var all: [String: String] = [:]
    for case let file as URL in files ?? FileManager.DirectoryEnumerator()
    where file.pathExtension == "sql" {
      all[file.deletingPathExtension().lastPathComponent] = file.path
    }
    return all
  }()

  /// Empty where no file has that name.
  package static func bytes(_ name: String) -> [UInt8] {
    all[name].flatMap { FileManager.default.contents(atPath: $0) }.map(Array.init) ?? []
  }
}

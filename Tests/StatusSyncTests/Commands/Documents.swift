import Foundation

/// The commands that the documents tell people to run, in their order.
enum Documents {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  /// The lines in a document's shell blocks that start the program; a line that ends with `\` continues.
  static func commands(_ path: String) throws -> [String] {
    var commands: [String] = []
    var isShell = false
    var begun = ""
    for line in try text(path).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isShell = line == "```sh"
        continue
      }
      guard isShell else { continue }
      if line.hasSuffix("\\") {
        begun += line.dropLast()
        continue
      }
      let whole = (begun + line).trimmingCharacters(in: .whitespaces)
      begun = ""
      if whole.hasPrefix("status-sync ") { commands.append(whole) }
    }
    return commands
  }
}

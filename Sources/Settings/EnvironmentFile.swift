import Foundation

/// A file of variables, one assignment a line, as systemd reads its `EnvironmentFile=`
/// (systemd.exec(5)): so the same file serves a service and cron. Nothing is expanded, no `&`, `;` or
/// `$` means anything. What systemd would ignore silently is an error here.
package struct EnvironmentFile: Sendable, Equatable {
  /// The variable that names the file.
  package static let variable = "STATUS_SYNC_ENVIRONMENT"
  /// Where it is looked for by `cron/nightly`; alone of all names it may be missing.
  package static let standardPath = "/etc/status-sync/environment"

  /// In the order of the file; of two with one name the later one counts.
  package private(set) var assignments: [(name: String, value: String)] = []

  package static func == (a: Self, b: Self) -> Bool {
    a.assignments.elementsEqual(b.assignments) { $0 == $1 }
  }

  /// Takes the variables of the file that `STATUS_SYNC_ENVIRONMENT` names into this process, where
  /// they replace those it has, as they would in a service. For the start of a program.
  /// - Throws: `ConfigurationError` where the file cannot be read, or is not such a file.
  package static func takeOver() throws(ConfigurationError) {
    guard let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty,
      let file = try load(path)
    else { return }
    for (name, value) in file.assignments { setenv(name, value, 1) }
  }

  /// Reads a file; nil where the standard one is not there.
  package static func load(_ path: String) throws(ConfigurationError) -> EnvironmentFile? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT, path == standardPath { return nil }
      throw ConfigurationError(
        "the environment file \(path) cannot be read: \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard let data = try? file.read(upToCount: ConfigurationFile.maximumBytes + 1) ?? Data() else {
      throw ConfigurationError("the environment file \(path) is not a file that can be read")
    }
    guard data.count <= ConfigurationFile.maximumBytes else {
      throw ConfigurationError("the environment file \(path) is over 256 KiB")
    }
    guard let text = String(data: data, encoding: .utf8), !text.utf8.contains(0) else {
      throw ConfigurationError("the environment file \(path) is not UTF-8")
    }
    return try EnvironmentFile(text, named: path)
  }

  /// Reads a text.
  package init(_ text: String, named file: String) throws(ConfigurationError) {
    var reader = EnvironmentReader(text: Array(text.unicodeScalars), file: file)
    assignments = try reader.read()
  }
}

/// Goes through the text once, scalar by scalar.
private struct EnvironmentReader {
  let text: [Unicode.Scalar]
  let file: String
  private var position = 0
  private var line = 1

  init(text: [Unicode.Scalar], file: String) {
    self.text = text
    self.file = file
  }

  private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

  private mutating func take() -> Unicode.Scalar? {
    guard let scalar = next else { return nil }
    position += 1
    if scalar == "\n" { line += 1 }
    return scalar
  }

  private func isLineEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

  private func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

  private func flaw(_ line: Int, _ what: String) -> ConfigurationError {
    ConfigurationError("the environment file \(file), line \(line): \(what)")
  }

  mutating func read() throws(ConfigurationError) -> [(name: String, value: String)] {
    var found: [(name: String, value: String)] = []
    while let scalar = next {
      if isBlank(scalar) || isLineEnd(scalar) {
        _ = take()
      } else if scalar == "#" || scalar == ";" {
        try skipComment()
      } else {
        let name = try name()
        found.append((name, try value()))
      }
    }
    return found
  }

  private mutating func skipComment() throws(ConfigurationError) {
    let start = line
    var last: Unicode.Scalar = "#"
    while let scalar = next, !isLineEnd(scalar) {
      last = scalar
      _ = take()
    }
    guard last != "\\" else {
      throw flaw(start, "a comment ends with a backslash, which takes the next line into it")
    }
  }

  /// Up to the equals sign.
  private mutating func name() throws(ConfigurationError) -> String {
    let start = line
    var name = String.UnicodeScalarView()
    while let scalar = next, !isLineEnd(scalar) {
      _ = take()
      guard scalar == "=" else {
        name.append(scalar)
        continue
      }
      while let last = name.last, isBlank(last) { name.removeLast() }
      let text = String(name)
      guard text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
        throw flaw(start, "\"\(text)\" is not the name of a variable (no export, no $)")
      }
      return text
    }
    throw flaw(start, "no equals sign; write NAME=VALUE")
  }

  /// The rest of the line, and those that it goes on in.
  private mutating func value() throws(ConfigurationError) -> String {
    var value = String.UnicodeScalarView()
    // Quotes count only before the first character that stands outside of them.
    while let scalar = next {
      if isLineEnd(scalar) { return String(value) }
      if scalar == "'" || scalar == "\"" {
        try takeQuoted(scalar, into: &value)
      } else if isBlank(scalar) {
        _ = take()
      } else {
        break
      }
    }
    takePlain(into: &value)
    return String(value)
  }

  private mutating func takeQuoted(
    _ quote: Unicode.Scalar, into value: inout String.UnicodeScalarView
  ) throws(ConfigurationError) {
    let start = line
    _ = take()
    while let scalar = take() {
      if scalar == quote { return }
      guard scalar == "\\", quote == "\"", let escaped = take() else {
        value.append(scalar)
        continue
      }
      if "\"\\`$".unicodeScalars.contains(escaped) {
        value.append(escaped)
      } else if escaped != "\n" {
        value.append("\\")
        value.append(escaped)
      }
    }
    throw flaw(start, "a quotation mark is not closed")
  }

  /// Text without quotes: a backslash keeps the character after it, blanks at the end do not count.
  private mutating func takePlain(into value: inout String.UnicodeScalarView) {
    var kept = value.count
    while let scalar = next, !isLineEnd(scalar) {
      _ = take()
      if scalar == "\\" {
        if let escaped = take(), !isLineEnd(escaped) { value.append(escaped) }
        kept = value.count
      } else {
        value.append(scalar)
        if !isBlank(scalar) { kept = value.count }
      }
    }
    value.removeLast(value.count - kept)
  }
}

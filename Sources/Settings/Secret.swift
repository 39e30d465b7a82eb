import Foundation

/// A token or key. It prints as asterisks; `reveal()` is for the code that sends it.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let value: String

  package init(_ value: String) { self.value = value }

  /// The secret itself.
  package func reveal() -> String { value }

  /// True where none is configured.
  package var isEmpty: Bool { value.isEmpty }

  package var description: String { value.isEmpty ? "(not set)" : "****" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }

  /// Reads a secret file: a regular file, readable by its owner alone, not empty.
  package static func read(file path: String, key: String) throws(ConfigurationError) -> Secret {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw ConfigurationError.unreadable("\(key): the secret file", path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ConfigurationError("\(key): \(path) is not a regular file")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw ConfigurationError(
        "\(key): the secret file \(path) is readable by others; run chmod 600 on it")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError.unreadable("\(key): the secret file", path)
    }
    let text = String(decoding: data, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else {
      throw ConfigurationError("\(key): the secret file \(path) is empty")
    }
    return Secret(text)
  }
}

/// What is wrong with the configuration, in one sentence. Exit status 78.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }

  /// A file that cannot be read, and why.
  package static func unreadable(_ what: String, _ path: String) -> ConfigurationError {
    let why = access(path, R_OK) == 0 ? "it is not a file" : String(cString: strerror(errno))
    return ConfigurationError("\(what) \(path) cannot be read: \(why)")
  }
}

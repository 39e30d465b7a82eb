/// Why a private server did not start or stop; `description` is a sentence for a person.
package struct PrivateServerError: Error, Sendable, CustomStringConvertible {
  /// A short name without data: `no_binaries`, `directory`, `version`, `command`.
  package let label: String
  /// One or two sentences: what is wrong and what to do.
  package let description: String

  package init(_ label: String, _ description: String) {
    self.label = label
    self.description = description
  }
}

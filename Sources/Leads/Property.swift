import Foundation

/// A property as ResMan lists it.
package struct Property: Sendable, Equatable, Codable {
  package var id: UUID
  package var name: String
  /// IANA name; null means UTC.
  package var timezone: String?

  package init(id: UUID, name: String, timezone: String?) {
    self.id = id
    self.name = name
    self.timezone = timezone
  }
}

import Foundation

/// A property as ResMan lists it.
public struct Property: Sendable, Equatable, Codable {
  public var id: UUID
  public var name: String
  /// IANA name; null means UTC.
  public var timezone: String?

  public init(id: UUID, name: String, timezone: String?) {
    self.id = id
    self.name = name
    self.timezone = timezone
  }
}

import Foundation

/// A UUID that JSON shows in its canonical lower-case form, as Postgres prints it.
@propertyWrapper
package struct CanonicalUUID: Codable, Sendable, Equatable {
  package var wrappedValue: UUID

  package init(wrappedValue: UUID) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode(UUID.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue.uuidString.lowercased())
  }
}

/// The same for one that may be null; the key is always there.
@propertyWrapper
package struct CanonicalOptionalUUID: Codable, Sendable, Equatable {
  package var wrappedValue: UUID?

  package init(wrappedValue: UUID?) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(UUID.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue {
      try container.encode(wrappedValue.uuidString.lowercased())
    } else {
      try container.encodeNil()
    }
  }
}

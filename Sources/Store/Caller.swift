import Foundation
import Leads

/// A caller of the live API: what its key may see and write.
package struct Caller: Sendable, Equatable {
  /// The key's id.
  package var id: UUID
  package var name: String
  /// The only `updated_by` it may write.
  package var updatedBy: Author
  /// Null: every property.
  package var properties: Set<UUID>?

  package init(id: UUID, name: String, updatedBy: Author, properties: Set<UUID>?) {
    self.id = id
    self.name = name
    self.updatedBy = updatedBy
    self.properties = properties
  }

  /// Whether it may see a property's data; data without a property is for callers that see every property.
  package func sees(_ property: UUID?) -> Bool {
    guard let properties else { return true }
    return property.map(properties.contains) ?? false
  }
}

import Foundation

/// Numbers the properties in the order of their first row, so that aggregates of millions of rows are found by an
/// index.
struct PropertyIndex: Sendable {
  private(set) var properties: [UUID?] = []
  private var indices: [UUID?: Int] = [:]
  /// A cache of recent properties by their last bytes, which is faster than hashing.
  private var recent = [Int](repeating: -1, count: 1024)

  /// The property's index; a new property gets the next one.
  mutating func index(of property: UUID?) -> Int {
    let slot = property.map { Int($0.uuid.14 & 3) << 8 | Int($0.uuid.15) } ?? 0
    if recent[slot] >= 0, properties[recent[slot]] == property { return recent[slot] }
    let place = indices[property] ?? properties.count
    if place == properties.count {
      properties.append(property)
      indices[property] = place
    }
    recent[slot] = place
    return place
  }

  /// The property of an index; nil for none.
  func property(at place: Int32?) -> UUID? { place.flatMap { properties[Int($0)] } }
}

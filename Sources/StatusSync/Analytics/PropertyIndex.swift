import Foundation

/// Numbers the properties in the order in which they are met, so that what is counted of millions of
/// rows is found by a number.
struct PropertyIndex: Sendable {
  private(set) var properties: [UUID?] = []
  private var indices: [UUID?: Int] = [:]
  /// Those met last, by what their last bytes come to; hashing takes longer than looking here.
  private var recent = [Int](repeating: -1, count: 1024)

  /// The property's number, a new one where it was not met before.
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

  /// The property of a number; nil for none.
  func property(at place: Int32?) -> UUID? { place.flatMap { properties[Int($0)] } }
}

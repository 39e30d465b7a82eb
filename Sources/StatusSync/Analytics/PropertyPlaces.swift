import Foundation

/// Numbers the properties in the order in which they are met, so that what is counted of millions of
/// rows is found by a number.
struct PropertyPlaces: Sendable {
  private(set) var properties: [UUID?] = []
  private var places: [UUID?: Int] = [:]
  /// The property met last: rows come lead by lead.
  private var last: Int?

  /// The property's number, a new one where it was not met before.
  mutating func place(of property: UUID?) -> Int {
    if let last, properties[last] == property { return last }
    let place = places[property] ?? properties.count
    if place == properties.count {
      properties.append(property)
      places[property] = place
    }
    last = place
    return place
  }
}

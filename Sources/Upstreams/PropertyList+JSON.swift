import Foundation
import Leads

extension PropertyList {
  /// The properties in an answer, each once; nil where it is no list of properties at all. An element
  /// that cannot be used costs itself only.
  package init?(_ answer: IncomingAnswer) {
    struct Page: Decodable { var properties: [Lenient<Element>] }
    guard
      let page = try? JSON.decode(answer.body, as: Page.self)
    else { return nil }
    self.init([])
    var seen: Set<UUID> = []
    for (index, element) in page.properties.enumerated() {
      let place = "element \(index + 1) of ResMan's list of properties"
      guard let element = element.value else {
        faults.append("\(place) is not an object")
        continue
      }
      guard let id = element.property_id?.value else {
        faults.append("\(place): property_id \(element.idText)")
        continue
      }
      guard seen.insert(id).inserted else { continue }
      for (name, text) in [("name", element.name), ("timezone", element.timezone)]
      where !text.isReadable() {
        faults.append("\(place) (\(id.uuidString.lowercased())): \(name) is not a text")
      }
      properties.append(
        Property(id: id, name: element.name?.value ?? "", timezone: element.timezone?.value))
    }
  }

  private struct Element: Decodable {
    var property_id: Lenient<UUID>?
    var name: Lenient<String>?
    var timezone: Lenient<String>?
    /// The value in place of a UUID, for people.
    var idText: String

    enum CodingKeys: CodingKey { case property_id, name, timezone }

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: CodingKeys.self)
      property_id = try keys.decodeIfPresent(Lenient<UUID>.self, forKey: .property_id)
      name = try keys.decodeIfPresent(Lenient<String>.self, forKey: .name)
      timezone = try keys.decodeIfPresent(Lenient<String>.self, forKey: .timezone)
      let text = try? keys.decode(String.self, forKey: .property_id)
      idText =
        property_id == nil
        ? "is missing"
        : text.map { "\"\(printable($0))\" is not a UUID" } ?? "is not a text"
    }
  }
}

/// The start of a text from outside, for messages; without characters other than printable ASCII.
private func printable(_ text: String) -> String {
  String(decoding: text.utf8.filter { (0x20...0x7E).contains($0) }.prefix(40), as: UTF8.self)
}

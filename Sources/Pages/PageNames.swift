/// The files of the properties' pages: `<name>-<id8>.html`, safe on every file system and in every address.
package enum PageNames {
  /// The folder, beside the portfolio's page.
  package static let folder = "property"
  /// The list of all of them, in that folder.
  package static let index = "index.html"

  /// How much of a property's name is in its file's.
  private static let longest = 40

  /// The files' names by the properties' ids: letters and digits of the name, in small letters and joined by hyphens,
  /// and the first eight digits of the id; all of the id where another property's file would be the same.
  static func names(of properties: [(id: String, name: String?)]) -> [String: String] {
    let files = properties.map(files)
    let counts = Dictionary(files.map { ($0[0], 1) }, uniquingKeysWith: +)
    let pairs = zip(properties, files).map { property, files in
      (property.id, counts[files[0]] == 1 ? files[0] : files[1])
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// The two names that the file of a property can have, the short one first.
  package static func files(of property: (id: String, name: String?)) -> [String] {
    let name = slug(property.name)
    return ["\(name)-\(property.id.prefix(8)).html", "\(name)-\(property.id).html"]
  }

  /// `the-larkspur`; `property` where nothing of the name is an ASCII letter or digit.
  private static func slug(_ name: String?) -> String {
    let words = (name ?? "").lowercased().utf8.split { byte in
      !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    let joined = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    let cut = joined.prefix(longest).split(separator: "-").joined(separator: "-")
    return cut.isEmpty ? "property" : cut
  }

  /// A property's name, with a link where it has a page.
  static func link(
    _ id: String?, _ name: String?, names: [String: String], folder: String = ""
  ) -> HTML {
    let shown: HTML = name.map(HTML.name) ?? id.map { "\($0)" } ?? "no known property"
    guard let id, let file = names[id] else { return shown }
    return "<a href=\"\(folder + file)\">\(shown)</a>"
  }
}

extension PageData {
  /// The file of each property's page, by the property's id.
  package var pageNames: [String: String] {
    var seen: Set<String> = []
    let listed = properties.compactMap { property -> (id: String, name: String?)? in
      guard let id = property.id, seen.insert(id).inserted else { return nil }
      return (id, property.name)
    }
    return PageNames.names(of: listed)
  }
}

/// The list of the properties' pages.
package struct PropertyIndex: Sendable {
  /// One property.
  package struct Entry: Sendable {
    package var file: String
    package var id: String
    package var name: String?
    package var over24h: Int
    package var over48h: Int
    package var standing: [PropertyPage.Standing]

    package init(
      file: String, id: String, name: String?, over24h: Int, over48h: Int,
      standing: [PropertyPage.Standing]
    ) {
      self.file = file
      self.id = id
      self.name = name
      self.over24h = over24h
      self.over48h = over48h
      // The others are on the property's page; hundreds of properties are kept.
      self.standing = standing.filter { Self.shown.contains($0.name) }
    }

    private static let shown = ["response_within_1h", "reached_leased"]

    fileprivate func cell(_ name: String) -> HTML {
      guard let figure = standing.first(where: { $0.name == name }) else { return "–" }
      return Table.cell(
        Formatting.percent(figure.value), "of \(Formatting.count(figure.n))")
    }
  }

  private let asOf: String
  private var entries: [Entry] = []

  package init(asOf: String) { self.asOf = asOf }

  package mutating func add(_ entry: Entry) { entries.append(entry) }

  /// The whole document.
  package var html: String {
    let title = "Properties, \(Formatting.day(asOf))"
    let table = Table(
      caption: "The properties, by name",
      heads: [
        ("Property", false), ("No answer for 24 to 48 h", true), ("Over 48 h", true),
        ("Answered within an hour", true), ("Leased", true),
      ],
      rows: entries.map { entry in
        [
          "<a href=\"\(entry.file)\">\(entry.name.map(HTML.name) ?? "\(entry.id)")</a>",
          "\(Formatting.count(entry.over24h))", "\(Formatting.count(entry.over48h))",
          entry.cell("response_within_1h"), entry.cell("reached_leased"),
        ]
      })
    let sentence =
      entries.isEmpty
      ? "There is no property yet."
      : "A page for \(entries.count == 1 ? "the one property" : "each of the \(Formatting.count(entries.count)) properties")."
    return SummaryPage.document(
      title,
      """
      <header>
      <h1>\(title)</h1>
      <p class="sentence">\(sentence)</p>
      <p class="how">As of \(Formatting.instant(asOf)). <a href="../summary.html">All properties together</a>.</p>
      </header>
      \(entries.isEmpty ? HTML.empty : table.html)
      """)
  }
}

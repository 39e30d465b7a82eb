/// A drawing with a title and a description for screen readers.
///
/// Widths are percentages and heights pixels, and there is no view box: so the drawing fills any
/// width from 320 px to a printed page while its text and hatching keep their size.
struct Chart {
  /// Unique on the page.
  var id: String
  /// What it shows.
  var title: String
  /// How to read it, and the figures in short.
  var description: String
  /// Pixels.
  var height: Int
  /// The shapes.
  var shapes: HTML

  /// The markup.
  var html: HTML {
    """
    <svg role="img" width="100%" height="\(height)" aria-labelledby="\(id)-t \(id)-d">
    <title id="\(id)-t">\(title)</title><desc id="\(id)-d">\(description)</desc>
    \(shapes)</svg>
    """
  }

  /// A rectangle; `x` and `width` in percent, the rest in pixels.
  static func bar(
    x: Double = 0, width: Double, y: Double, height: Double, fill: String
  ) -> HTML {
    """
    <rect x="\(percent(x))" y="\(pixels(y))" width="\(percent(max(0, width)))" \
    height="\(pixels(height))" fill="\(fill)"/>

    """
  }

  /// A line from one place to another.
  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String
  ) -> HTML {
    """
    <line x1="\(percent(x1))" y1="\(pixels(y1))" x2="\(percent(x2))" y2="\(pixels(y2))" \
    class="\(name)"/>

    """
  }

  /// A text; `anchor` is `start`, `middle` or `end`.
  static func text(
    _ text: String, x: Double, y: Double, anchor: String = "start", class name: String = "label"
  ) -> HTML {
    """
    <text x="\(percent(x))" y="\(pixels(y))" text-anchor="\(anchor)" \
    class="\(name)">\(text)</text>

    """
  }

  /// `62.4%`: two decimals, the same everywhere.
  static func percent(_ value: Double) -> String { "\(fixed(min(max(value, 0), 100)))%" }

  /// `12.5`
  static func pixels(_ value: Double) -> String { fixed(value) }

  private static func fixed(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e6 else { return "0" }
    let hundredths = Int((abs(value) * 100).rounded())
    let (whole, rest) = (hundredths / 100, hundredths % 100)
    let sign = value < 0 && hundredths > 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    let decimals = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
    return "\(sign)\(whole).\(decimals)"
  }
}

/// A table; the first column heads its rows.
package struct Table {
  /// What the table holds, read out before it; shown to no eye where the heading says it.
  var caption: String
  /// The column heads; a number column is aligned to the right.
  var heads: [(text: String, isNumber: Bool)]
  /// The column that is left out where the page is narrow: a drawing of figures beside it.
  var wideOnly: Int?
  /// The cells, as many in each row as there are heads.
  package var rows: [[HTML]]

  package init(
    caption: String, heads: [(text: String, isNumber: Bool)], wideOnly: Int? = nil, rows: [[HTML]]
  ) {
    self.caption = caption
    self.heads = heads
    self.wideOnly = wideOnly
    self.rows = rows
  }

  /// The markup.
  package var html: HTML {
    let head = heads.indices.map { index -> HTML in
      "<th scope=\"col\"\(mark(index))>\(heads[index].text)</th>"
    }
    let body = rows.map { cells -> HTML in
      let marked = zip(heads.indices, cells).map { index, cell -> HTML in
        index == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td\(mark(index))>\(cell)</td>"
      }
      return "<tr>\(marked)</tr>\n"
    }
    return """
      <table><caption>\(caption)</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body)</tbody></table>

      """
  }

  /// The class of a column's cells.
  private func mark(_ index: Int) -> HTML {
    if index == wideOnly { return " class=\"wide\"" }
    return heads[index].isNumber ? " class=\"n\"" : .empty
  }

  /// A figure with something smaller under it.
  package static func cell(_ main: String, _ small: String?) -> HTML {
    guard let small else { return "\(main)" }
    return "\(main)<small>\(small)</small>"
  }
}

/// A part of the page: a sentence as its heading, how to read it, and what it holds.
struct Section {
  /// Unique on the page.
  var id: String
  /// The part's subject in a word or two, above the heading.
  var subject: String
  /// What it says, as a sentence.
  var heading: String
  /// How to read it; empty: nothing to explain.
  var lead: String
  /// The content.
  var content: HTML

  /// The markup.
  var html: HTML {
    """
    <section aria-labelledby="\(id)">
    <div class="head"><p class="subject">\(subject)</p>
    <h2 id="\(id)">\(heading)</h2>
    \(lead.isEmpty ? HTML.empty : "<p class=\"how\">\(lead)</p>\n")</div>
    \(content)</section>

    """
  }

  /// A drawing beside its table.
  static func figure(_ chart: HTML, _ table: Table, legend: HTML = .empty) -> HTML {
    """
    <div class="figure"><figure>\(chart)\(legend)</figure>
    \(table.html)</div>

    """
  }
}

/// The page of an email: tables and inline styles alone, for mail programs show little else. No script, no picture,
/// nothing from the network.
enum DigestPage {
  static func render(
    _ data: PageData, title: String, facts: [String], link: String?
  ) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title)</title>
    </head>
    <body style="margin:0;padding:0;background:#ffffff">
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
    <tr><td align="center" style="padding:24px 12px">
    <table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" \
    style="width:100%;max-width:600px;\(font);text-align:left">
    <tr><td>
    <h1 style="margin:0;font-size:13px;font-weight:bold;color:#14505c">\(title)</h1>
    <p style="margin:8px 0 20px;font-size:22px;line-height:1.3">\(SummaryPage.sentence(data))</p>
    \(tiles(data))\(list(facts))\(funnel(data))\(sources(data))\(reasons(data))\(button(link))\
    <p style="\(quiet)">Every figure is as of \(Formatting.instant(data.asOf)). You get this mail \
    because you are on the list of people who get this report.</p>
    </td></tr>
    </table>
    </td></tr>
    </table>
    </body>
    </html>

    """
  }

  private static let font: HTML = """
    font-family:'Segoe UI',Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45;color:#1c1d1b
    """
  private static let quiet: HTML = "margin:16px 0 0;font-size:13px;color:#5a5b55"
  private static let cell: HTML = "padding:6px 12px 6px 0;border-bottom:1px solid #dcdbd4"

  private static func heading(_ text: String) -> HTML {
    """
    <h2 style="margin:24px 0 4px;font-size:16px;line-height:1.3;font-weight:bold">\(text)</h2>

    """
  }

  /// The four figures, two a row.
  private static func tiles(_ data: PageData) -> HTML {
    let tiles = SummaryPage.figures(data).map { tile -> HTML in
      """
      <td width="50%" valign="top" style="padding:8px 16px 12px 0;border-top:1px solid #1c1d1b">
      <span style="font-size:13px;font-weight:bold;color:#14505c">\(tile.title)</span><br>
      <span style="font-size:26px;line-height:1.3">\(tile.value ?? tile.missing)</span><br>
      <span style="font-size:13px">\(tile.detail)</span></td>

      """
    }
    let rows = stride(from: 0, to: tiles.count, by: 2).map { index -> HTML in
      "<tr>\(Array(tiles[index..<min(index + 2, tiles.count)]))</tr>\n"
    }
    return """
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
      \(rows)</table>

      """
  }

  private static func list(_ facts: [String]) -> HTML {
    guard !facts.isEmpty else { return .empty }
    let items = facts.map { "<li style=\"margin:0 0 4px\">\($0)</li>\n" as HTML }
    return """
      <ul style="margin:16px 0 0;padding:0 0 0 20px">
      \(items)</ul>

      """
  }

  /// A table with a bar in its last column, drawn as a cell with a colour.
  private static func table(
    _ heads: [String], _ rows: [(cells: [HTML], bar: Double?)]
  ) -> HTML {
    let head = heads.enumerated().map { index, text -> HTML in
      """
      <th scope="col" align="\(index == 0 ? "left" : "right")" \
      style="\(cell);font-size:13px;color:#5a5b55;font-weight:normal">\(text)</th>
      """
    }
    let body = rows.map { row -> HTML in
      let cells = row.cells.enumerated().map { index, text -> HTML in
        index == 0
          ? "<th scope=\"row\" align=\"left\" style=\"\(cell);font-weight:normal\">\(text)</th>"
          : "<td align=\"right\" style=\"\(cell)\">\(text)</td>"
      }
      return "<tr>\(cells)\(row.bar.map(bar))</tr>\n"
    }
    let last: HTML = rows.contains { $0.bar != nil } ? "<td style=\"\(cell)\"></td>" : .empty
    return """
      <table width="100%" cellpadding="0" cellspacing="0" border="0" \
      style="border-collapse:collapse;font-size:14px">
      <tr>\(head)\(last)</tr>
      \(body)</table>

      """
  }

  private static func bar(_ share: Double) -> HTML {
    let width = Int((min(max(share, 0), 1) * 100).rounded())
    let full: HTML =
      width == 0
      ? .empty : "<td width=\"\(width)%\" bgcolor=\"#14505c\" style=\"font-size:8px\">&nbsp;</td>"
    let rest: HTML =
      width == 100 ? .empty : "<td width=\"\(100 - width)%\" style=\"font-size:8px\">&nbsp;</td>"
    return """
      <td width="30%" style="\(cell)"><table role="presentation" width="100%" cellpadding="0" \
      cellspacing="0" border="0" aria-hidden="true"><tr>\(full)\(rest)</tr></table></td>
      """
  }

  private static func funnel(_ data: PageData) -> HTML {
    let (steps, isMature) = data.shownFunnel
    guard let first = steps.first, first.reached > 0 else { return .empty }
    let rows = steps.map { step -> (cells: [HTML], bar: Double?) in
      (
        [
          "\(Formatting.status(step.status))", "\(Formatting.count(step.reached))",
          "\(Formatting.percent(step.overallRate))",
        ], Double(step.reached) / Double(first.reached)
      )
    }
    return heading("How far new leads came")
      + table(["Step", "Reached", "Of all new leads"], rows)
        + """
        <p style="\(quiet)">\(isMature
        ? "Leads old enough for their whole course to be seen."
        : "Includes leads that came in recently; later steps will still rise.")</p>

        """
  }

  private static func sources(_ data: PageData) -> HTML {
    let maturity = data.shownFunnel.isMature ? "mature" : "all"
    let known = (data.described?.sources ?? []).filter {
      $0.maturity == maturity && ($0.leads ?? 0) > 0
    }
    guard !known.isEmpty else { return .empty }
    let shown =
      known.filter { $0.kind == "source" }.prefix(5) + known.filter { $0.kind == "unknown" }
    let rows = shown.map { row -> (cells: [HTML], bar: Double?) in
      (
        [
          row.kind == "source" ? HTML.name(row.name ?? "") : "not known",
          "\(Formatting.count(row.leads ?? 0))", "\(Formatting.percent(row.share))",
          "\(Formatting.percent(row.rate))",
        ], nil
      )
    }
    return heading("Where they came from")
      + table(["Source", "New leads", "Of all", "Leased"], Array(rows))
  }

  private static func reasons(_ data: PageData) -> HTML {
    let known = (data.described?.reasons ?? []).filter { $0.lost > 0 }
    guard !known.isEmpty else { return .empty }
    let shown =
      known.filter { $0.kind == "reason" }.prefix(3) + known.filter { $0.kind == "unknown" }
    let rows = shown.map { row -> (cells: [HTML], bar: Double?) in
      (
        [
          row.kind == "reason" ? HTML.name(row.name ?? "") : "not known",
          "\(Formatting.count(row.lost))", "\(Formatting.percent(row.share))",
        ], nil
      )
    }
    return heading("Why leads were lost") + table(["Reason", "Lost leads", "Share"], Array(rows))
  }

  private static func button(_ link: String?) -> HTML {
    guard let link else { return .empty }
    return """
      <p style="margin:24px 0 0"><a href="\(link)" style="color:#14505c">The whole page</a></p>

      """
  }
}

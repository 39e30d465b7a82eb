/// The four figures a manager asks for first, each with its target and its change.
extension SummaryPage {
  /// One tile. A nil value is printed as not known, with the reason.
  struct Tile {
    var title: String
    var value: String?
    /// What stands in place of a value that is not known.
    var missing = Formatting.unknown
    var detail: String
    /// Nil: there is none.
    var target: String?
    var change: String?

    var html: HTML {
      let figure: HTML =
        value.map { "<strong>\($0)</strong>" }
        ?? "<strong class=\"none\">\(missing)</strong>"
      let notes = [target, change].compactMap(\.self).map {
        "<span class=\"t\">\($0)</span>" as HTML
      }
      return """
        <li><b>\(title)</b>\(figure)<span>\(detail)</span>\(notes)</li>

        """
    }
  }

  static func figures(_ data: PageData) -> [Tile] {
    [leased(data), response(data), sync(data), delivery(data)]
  }

  static func tiles(_ data: PageData) -> HTML {
    let tiles = figures(data)
    let note: HTML =
      data.changes.contains { $0.verdict != nil }
      ? .empty
      : """
      <p class="how after">Changes are known once the history reaches back over the period before, \
      as long as this one.</p>

      """
    return "<ul class=\"tiles\">\n\(tiles.map(\.html))</ul>\n\(note)"
  }

  private static func leased(_ data: PageData) -> Tile {
    let shown = data.shownFunnel
    let compared = data.change("funnel_overall", status: "leased")
    // Periods are compared by leads of every age, which are not those shown where they are mature.
    let population =
      shown.isMature && compared?.verdict != nil
      ? compared?.current.map { "Leads of every age, \(Formatting.percent($0)): " } : nil
    var tile = Tile(
      title: "Leased", value: nil,
      detail: isFirstSight(data)
        ? "No lead is known from its creation." : "No new lead came in, so there is no share.",
      change: (population ?? "") + change(compared))
    guard let created = shown.steps.first?.reached, created > 0,
      let last = shown.steps.last, last.status == "leased"
    else { return tile }
    tile.value = Formatting.count(last.reached)
    let share = last.overallRate.map { "\(Formatting.percent($0)) of " } ?? "of "
    let interval = Formatting.interval(last.overallLow, last.overallHigh).map { " (\($0))" } ?? ""
    tile.detail =
      share + Formatting.count(created, "new lead") + interval
      + (shown.isMature ? "." : "; younger leads may still sign.")
    return tile
  }

  private static func response(_ data: PageData) -> Tile {
    let figure = data.figure(.responseMedian)
    var tile = Tile(
      title: "Response time", value: figure?.value.map { Formatting.duration($0) },
      detail: (figure?.note).map(reason)
        ?? "No new lead came in, or fewer than half were answered.",
      change: change(data.change("km_median_response_time")) { Formatting.duration($0) })
    guard figure?.value != nil else { return tile }
    tile.detail = "Half of the new leads that are not lost first are answered within this time"
    if let quick = data.figure(.responseWithin5Minutes)?.value {
      tile.detail += "; \(Formatting.percent(quick)) of all within 5 minutes"
    }
    tile.detail += "."
    return tile
  }

  /// Why a figure is not known, as a sentence: notes begin with "not known: " or "not reached: ".
  private static func reason(_ note: String) -> String {
    let words = note.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? note
    return words.prefix(1).uppercased() + words.dropFirst() + "."
  }

  private static func sync(_ data: PageData) -> Tile {
    guard let (delivered, due) = data.delivered(kind: "sync") else {
      return Tile(
        title: "Sync success", value: nil, detail: "No status change had to be carried over.",
        target: "The target is 99\u{A0}%.", change: change(data.change("sync_success_rate")))
    }
    let (rate, target) = (Double(delivered) / Double(due), 0.99)
    return Tile(
      title: "Sync success",
      value: rate >= target
        ? Formatting.percent(rate) : Formatting.missed(rate, target, unit: "rate").value,
      detail: "\(Formatting.count(delivered)) of \(Formatting.count(due, "logged status change")) "
        + "ended in both systems.",
      target: rate >= target
        ? "✓ Meets the target of 99\u{A0}%." : "✗ Misses the target of 99\u{A0}%.",
      change: change(data.change("sync_success_rate")))
  }

  private static func delivery(_ data: PageData) -> Tile {
    guard let (delivered, due) = data.delivered(kind: "notification") else {
      return Tile(
        title: "Notifications delivered", value: nil, missing: "none",
        detail: "No notification was due.")
    }
    return Tile(
      title: "Notifications delivered",
      value: Formatting.percent(Double(delivered) / Double(due)),
      detail:
        "\(Formatting.count(delivered)) of \(Formatting.count(due, "notification")) were delivered, "
        + "or accepted where more is not known.",
      target: delivered == due
        ? "✓ Meets the target of 100\u{A0}%." : "✗ Misses the target of 100\u{A0}%.",
      change: change(data.change("notification_delivery_rate")))
  }

  /// The change in words, with what it was before; never "none" where it was not tested.
  private static func change(
    _ change: PageData.Change?, _ words: (Double) -> String = { Formatting.percent($0) }
  ) -> String {
    let before = change?.previous.map { " from \(words($0))" } ?? ""
    switch change?.verdict {
    case "up": return "▲ Up\(before) in the period before."
    case "down": return "▼ Down\(before) in the period before."
    case "no clear change": return "No clear change\(before) in the period before."
    case "too few": return "Too few to compare with the period before."
    default: return "Change not known yet."
    }
  }
}

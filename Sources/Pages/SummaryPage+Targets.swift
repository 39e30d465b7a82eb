/// Whether the figures keep to the targets of the configuration, in sentences.
extension SummaryPage {
  static func targets(_ targets: PageData.Targets?) -> HTML {
    guard let targets else { return .empty }
    let missed = targets.missed.map { "<p class=\"alarm\">\(sentence($0))</p>\n" as HTML }
    let rest = targets.missedCount - targets.missed.count
    let more: HTML? =
      rest > 0 ? "<p>\(Formatting.count(rest)) more are missed; alerts.csv lists all.</p>\n" : nil
    return """
      <section aria-labelledby="targets">
      <h2 id="targets">Your targets</h2>
      \(missed)\(more)<p class="how">\(counts(targets))</p>
      </section>

      """
  }

  private static func counts(_ targets: PageData.Targets) -> String {
    let judged = targets.met + targets.missedCount
    var lines = [
      "Of \(Formatting.count(judged, "figure")) with a target \(Formatting.count(targets.missedCount)) "
        + "\(targets.missedCount == 1 ? "misses" : "miss") it."
    ]
    if targets.open > 0 {
      lines.append(
        "Of \(Formatting.count(targets.open, "more figure")) nothing can be said yet: too few leads, too short a "
          + "history, or not known.")
    }
    lines.append("Targets are set in the configuration; all are in alerts.csv.")
    return lines.joined(separator: " ")
  }

  private static func sentence(_ target: PageData.Targets.Missed) -> HTML {
    let place: HTML = target.property.map { "\(HTML.name($0)): " } ?? ""
    let of = target.status.map { " (\(Formatting.status($0)))" } ?? ""
    let bound = target.baseline ?? target.limit
    let texts = target.value.map { Formatting.missed($0, bound, unit: target.unit) }
    let value = texts?.value ?? Formatting.dash
    let judged = limit(target, texts?.limit ?? Formatting.figure(bound, unit: target.unit))
    let base = target.n.map { " of \(Formatting.count(Int($0)))" } ?? ""
    let running = target.weeks > 1 ? ", for \(target.weeks) weeks running" : ""
    return
      "\(place)\(target.figure)\(of) is \(value)\(base), \(judged)\(running) [\(target.target)]."
  }

  /// - Parameter amount: the limit, or the baseline that it is a part of.
  private static func limit(_ target: PageData.Targets.Missed, _ amount: String) -> String {
    let percent = Formatting.decimal(target.limit)
    return switch target.limitKind {
    case "at_least": "under the target of at least \(amount)"
    case "at_most": "over the target of at most \(amount)"
    case "falls_percent": "\(percent) % or more below the \(amount) of the window before"
    default: "\(percent) % or more above the \(amount) of the window before"
    }
  }
}

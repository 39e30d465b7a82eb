import Statistics

/// Whether a property drifts apart more than it used to, in sentences.
extension SummaryPage {
  static func drift(_ alarms: PageData.DriftAlarms?) -> HTML {
    guard let alarms else { return .empty }
    let standouts = alarms.standouts.map { "<p class=\"alarm\">\(sentence($0))</p>\n" as HTML }
    let rest = alarms.raised - alarms.standouts.count
    let more: HTML? =
      rest > 0
      ? "<p>\(Formatting.count(rest, "more property does", "more properties do")) so as well.</p>\n"
      : nil
    return """
      <h3>Drift against each property’s own history</h3>
      \(standouts)\(more)<p class="how">\(judgement(alarms))</p>

      """
  }

  private static func sentence(_ alarm: PageData.DriftAlarms.Standout) -> HTML {
    let name = alarm.property.map(HTML.name) ?? "\(alarm.id)"
    let rate = alarm.leads > 0 ? Double(alarm.drifted) / Double(alarm.leads) : nil
    let found =
      "\(Formatting.count(alarm.drifted)) of \(Formatting.count(alarm.leads, "lead")) had newly drifted "
      + "apart (\(Formatting.percent(rate))), where its own nights made "
      + "\(Formatting.percent(alarm.expected)) likely"
    switch alarm.verdict {
    case .jump: return "At \(name) drift jumped: \(found)."
    case .leak:
      return
        "At \(name) drift has crept up over many nights, each of them little: last night \(found)."
    }
  }

  /// How many properties this rests on, and of which nothing can be said.
  private static func judgement(_ alarms: PageData.DriftAlarms) -> String {
    var lines: [String] = []
    if alarms.judged > 0 {
      let others = alarms.judged - alarms.raised
      lines.append(
        alarms.raised == 0
          ? "Of \(Formatting.count(alarms.judged, "property", "properties")) judged none drifted apart more than "
            + "its own nights made likely."
          : "The other \(Formatting.count(others, "property", "properties")) judged did not drift "
            + "apart more than usual.")
    }
    if alarms.insufficient > 0 {
      let of =
        alarms.judged == 0
        ? "" : " for \(Formatting.count(alarms.insufficient, "property", "properties"))"
      lines.append(
        "Alarms per property start after \(DriftAlarm.enoughNights) nights\(of)"
          + (alarms.longest.map { " (now: \(Formatting.count($0)))" } ?? "") + ".")
    }
    if alarms.unread > 0 {
      lines.append(
        "\(Formatting.count(alarms.unread, "property was", "properties were")) not read completely "
          + "and \(alarms.unread == 1 ? "is" : "are") not judged.")
    }
    lines.append("Counted before any repair; all figures are in drift_alarms.csv.")
    return lines.joined(separator: " ")
  }
}

/// The night's reconciliation: what was found, what was repaired, what waits.
extension SummaryPage {
  static func night(_ data: PageData) -> HTML {
    guard let night = data.night else {
      return Section(
        id: "night", subject: "The night", heading: "No night’s run is on record.", lead: "",
        content: .empty
      ).html
    }
    let verdicts = Table(
      caption: "What the night found", heads: [("What was found", false), ("Leads", true)],
      rows: NightWords.verdicts.compactMap { name, words in
        guard let count = night.verdicts[name], count > 0 else { return nil }
        return ["\(words)", "\(Wording.count(count))"]
      } + unnamed(night.verdicts, known: NightWords.verdicts.map(\.0)))
    let outcomes = Table(
      caption: "How the repairs ended", heads: [("How the repair ended", false), ("Leads", true)],
      rows: NightWords.outcomes.compactMap { name, words in
        guard let count = night.outcomes[name], count > 0 else { return nil }
        return ["\(words)", "\(Wording.count(count))"]
      } + unnamed(night.outcomes, known: NightWords.outcomes.map(\.0)))
    let repairs: HTML =
      outcomes.rows.isEmpty
      ? "<div><h3>Repairs</h3><p class=\"how\">None was needed.</p></div>"
      : "<div><h3>Repairs</h3>\(outcomes.html)</div>"
    return Section(
      id: "night", subject: "The night", heading: nightHeading(night, waiting: data.reviewCount),
      lead: nightLead(night),
      content:
        """
        <div class="pair"><div><h3>What was found</h3>\(verdicts.html)</div>\(repairs)</div>
        \(drift(data.alarms))
        """
    ).html
  }

  private static func nightHeading(_ night: PageData.Night, waiting: Int) -> String {
    let disagreed = night.disagreed
    let all = night.pulled.map { " of \(Wording.count($0, "lead"))" } ?? ""
    let found =
      disagreed == 0
      ? "DomIQ and ResMan agreed on every lead"
      : "DomIQ and ResMan disagreed on \(Wording.count(disagreed))"
        + (all.isEmpty ? " leads" : all)
    var parts: [String] = []
    if disagreed > 0 {
      let repaired = night.outcomes["verified"] ?? 0
      parts.append("\(Wording.count(repaired)) \(repaired == 1 ? "was" : "were") repaired")
    }
    let open = night.outcomes.filter { $0.key != "verified" }.values.reduce(0, +)
    if open > 0 {
      parts.append(
        "\(Wording.count(open)) \(open == 1 ? "is" : "are") left for the next night")
    }
    if waiting > 0 {
      parts.append("\(Wording.count(waiting)) \(waiting == 1 ? "waits" : "wait") for a person")
    }
    return parts.isEmpty ? found + "." : found + ": \(Wording.list(parts))."
  }

  private static func nightLead(_ night: PageData.Night) -> String {
    var lines: [String] = []
    if let converged = night.converged {
      lines.append(
        converged
          ? "The run converged: everything was read, and every difference was repaired and read back."
          : "The run did not converge: some differences remain.")
    }
    if let logged = night.logged, logged > 0 {
      lines.append("\(Wording.count(logged, "agreement")) only had to be written to the log.")
    }
    lines.append("Each lead is listed in drift.csv.")
    return lines.joined(separator: " ")
  }

  /// Names we have no words for stay visible rather than vanish from the sum.
  private static func unnamed(_ counts: [String: Int], known: [String]) -> [[HTML]] {
    counts.filter { !known.contains($0.key) && $0.value > 0 }.sorted { $0.key < $1.key }
      .map { ["\($0.key)", "\(Wording.count($0.value))"] }
  }
}

/// Verdicts and outcomes in words, in the order they are listed.
enum NightWords {
  static let verdicts: [(String, String)] = [
    ("in_sync", "Both sides agree with the log"),
    ("baseline", "Both sides agree; seen for the first time"),
    ("unlogged", "Both sides moved alike; only the log lacked it"),
    ("domiq_ahead", "The chatbot was ahead of ResMan"),
    ("resman_moved", "Staff had moved the lead in ResMan"),
    ("phantom", "The log claimed a change that never took"),
    ("conflict", "Both sides had moved, differently"),
    ("unbased", "The sides differ and never agreed before"),
    ("domiq_regressed", "The chatbot moved the lead back"),
    ("unmapped", "A status or record that cannot be understood"),
    ("missing_in_resman", "ResMan does not have the lead"),
    ("resman_only", "Only ResMan has the lead; it never chatted"),
    ("unsettled", "An earlier change is not settled yet"),
    ("unread", "Could not be read on one side"),
  ]

  static let outcomes: [(String, String)] = [
    ("verified", "Repaired and read back"),
    ("failed", "The other system refused it"),
    ("stale", "The lead changed meanwhile; decided anew next night"),
    ("held", "Held back by a safety limit"),
    ("parked", "Parked: it keeps flapping"),
    ("deferred", "No time left; next night"),
    ("unknown", "The answer was lost; not known yet"),
  ]

  /// The verdict in words; a name we have no words for as it is.
  static func verdict(_ name: String) -> String {
    verdicts.first { $0.0 == name }?.1 ?? name
  }
}

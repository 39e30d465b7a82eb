/// The night's reconciliation: what was found, what was repaired, what waits.
extension SummaryPage {
  static func night(_ data: PageData) -> HTML {
    guard let night = data.night else {
      return Section(
        id: "night", subject: "The night",
        heading: "This report was made from the log alone, without a run.", lead: "",
        content: .empty
      ).html
    }
    let verdicts = Table(
      caption: "What the night found", heads: [("What was found", false), ("Leads", true)],
      rows: NightWords.verdicts.compactMap { name, words in
        guard let count = night.verdicts[name], count > 0 else { return nil }
        return ["\(words)", "\(Formatting.count(count))"]
      } + unnamed(night.verdicts, known: NightWords.verdicts.map(\.0)))
    let outcomes = Table(
      caption: "How the repairs ended", heads: [("How the repair ended", false), ("Leads", true)],
      rows: NightWords.outcomes.compactMap { name, words in
        guard let count = night.outcomes[name], count > 0 else { return nil }
        return ["\(words)", "\(Formatting.count(count))"]
      } + unnamed(night.outcomes, known: NightWords.outcomes.map(\.0)))
    let repairs: HTML =
      outcomes.rows.isEmpty
      ? "<div><h3>Repairs</h3><p class=\"how\">None was needed.</p></div>"
      : "<div><h3>Repairs</h3>\(outcomes.html)</div>"
    let sentences = NightSentences(night: night, waiting: data.reviewCount)
    return Section(
      id: "night", subject: "The night", heading: sentences.heading,
      lead: (sentences.notes + [
        "Each lead that was not in sync with the log is listed in drift.csv."
      ]).joined(separator: " "),
      content:
        """
        <div class="pair"><div><h3>What was found</h3>\(verdicts.html)</div>\(repairs)</div>
        \(drift(data.alarms))
        """
    ).html
  }

  /// Unknown names are shown as they are, so that the sum is complete.
  private static func unnamed(_ counts: [String: Int], known: [String]) -> [[HTML]] {
    counts.filter { !known.contains($0.key) && $0.value > 0 }.sorted { $0.key < $1.key }
      .map { ["\($0.key)", "\(Formatting.count($0.value))"] }
  }
}

/// Verdicts and outcomes in words, in the order they are listed.
package enum NightWords {
  package static let verdicts: [(String, String)] = [
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

  package static let outcomes: [(String, String)] = [
    ("verified", "Repaired and read back"),
    ("failed", "The other system refused it"),
    ("stale", "The lead changed meanwhile; decided anew next night"),
    ("held", "Held back by a safety limit"),
    ("parked", "Parked: it keeps flapping"),
    ("deferred", "Not begun, or to be tried later; next night"),
    ("unknown", "The answer was lost; not known yet"),
    ("not_written", "Only reported: the system is not written to"),
  ]

  /// The verdict in words; an unknown one as it is.
  package static func verdict(_ name: String) -> String {
    verdicts.first { $0.0 == name }?.1 ?? name
  }
}

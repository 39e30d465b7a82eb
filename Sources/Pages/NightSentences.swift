/// What a run compared, found and left, in sentences that name their base.
struct NightSentences {
  let night: PageData.Run
  /// Questions that wait for a person, those of earlier nights too.
  let waiting: Int

  /// Leads that could be compared; nil where the run did not read the systems.
  private var compared: Int? { night.seen }
  /// Of those, the leads on which the two systems disagreed.
  private var apart: Int { max(0, (night.seen ?? 0) - (night.agreedBefore ?? 0)) }
  /// Leads that could not be read on one side, or on neither.
  private var unread: Int { (night.verdicts["unread"] ?? 0) + (night.unseen ?? 0) }
  private var gaps: Int { night.incomplete ?? 0 }
  private var isWhole: Bool { unread == 0 && gaps == 0 }
  private func ended(_ outcome: String) -> Int { night.outcomes[outcome] ?? 0 }

  /// Which leads were compared, as the end of "N leads …".
  private var population: String {
    if !isWhole { return "that could be compared" }
    return night.full == false
      ? "that had changed since the night before" : "that both systems have"
  }

  /// The run in half a sentence, after what the page says of the leads.
  var clause: String {
    guard let compared else { return applied }
    if compared == 0 { return nothing }
    if apart == 0 { return "last night DomIQ and ResMan agreed on \(all(compared))" }
    let repaired = ended("verified")
    return "last night DomIQ and ResMan disagreed on \(share(of: compared)); "
      + (repaired == 0 ? "none was" : Self.were(repaired)) + " repaired"
  }

  /// The run in one sentence.
  var heading: String {
    guard let compared else { return Self.capitalised(applied) + "." }
    if compared == 0 { return Self.capitalised(nothing) + "." }
    if apart == 0 { return "DomIQ and ResMan agreed on \(all(compared))." }
    return "DomIQ and ResMan disagreed on \(share(of: compared)): \(Formatting.list(ends))."
  }

  /// What belongs to it: what could not be compared, how much agrees now, and what is left.
  var notes: [String] {
    var lines: [String] = []
    if !isWhole { lines.append(missing) }
    if let compared, compared > 0, apart > 0, let before = night.agreedBefore,
      let after = night.agreedAfter
    {
      lines.append(
        "Of these leads \(Formatting.count(before)) agreed before the repairs "
          + "(\(Formatting.percent(Double(before) / Double(compared)))), \(Formatting.count(after)) after "
          + "(\(Formatting.percent(Double(after) / Double(compared)))).")
    }
    if night.full == false, isWhole {
      lines.append("Leads that had not changed were not read again.")
    }
    if let left { lines.append(left) }
    if let logged = night.logged, logged > 0 {
      lines.append(
        "For \(Formatting.count(logged, "lead")) both systems already agreed; only our log was brought "
          + "up to date.")
    }
    if let found = night.takenOver, let known = night.backfilled, known > 0 {
      lines.append(
        "For \(Formatting.count(known)) of \(Formatting.count(found, "lead")) seen for the first time, ResMan’s history "
          + "shows all earlier statuses.")
    }
    return lines
  }

  private var applied: String {
    let planned = night.planned ?? night.outcomes.values.reduce(0, +)
    let done = ended("verified")
    let what = night.mode == "resolve" ? "answers to questions" : "a saved plan"
    if planned == 0 {
      return
        "the last run carried out \(what), and there was nothing to change; the systems were not compared"
    }
    return "the last run carried out \(what): \(Formatting.count(done)) of "
      + "\(Formatting.count(planned, "change")) \(done == 1 ? "was" : "were") made and read back; the systems "
      + "were not compared"
  }

  private var nothing: String {
    if isWhole, night.full == false {
      return "last night nothing had changed since the night before"
    }
    return isWhole
      ? "last night no lead was in both systems" : "last night no lead could be compared"
  }

  private func all(_ compared: Int) -> String {
    compared == 1
      ? "the one lead \(population)" : "all \(Formatting.count(compared)) leads \(population)"
  }

  private func share(of compared: Int) -> String {
    compared == 1
      ? "the one lead \(population)"
      : "\(Formatting.count(apart)) of the \(Formatting.count(compared)) leads \(population)"
  }

  /// The outcomes of the leads that disagreed; the parts add up to them.
  private var ends: [String] {
    let (repaired, held) = (ended("verified"), ended("held"))
    let tried = night.outcomes.values.reduce(0, +)
    let reported = ended("not_written")
    let later = tried - repaired - held - ended("parked") - reported
    let asked = max(0, apart - tried) + ended("parked")
    let open = min(asked, waiting)
    let parts: [(Int, String)] = [
      (repaired, Self.were(repaired) + " repaired"),
      (held, Self.were(held) + " stopped by a safety limit"),
      (reported, Self.were(reported) + " only reported, because the system is not written to"),
      (later, "\(Formatting.count(later)) \(later == 1 ? "is" : "are") left for the next night"),
      (open, "\(Formatting.count(open)) \(open == 1 ? "waits" : "wait") for a person"),
      (
        asked - open,
        "\(Formatting.count(asked - open)) \(asked - open == 1 ? "stays" : "stay") as it was answered"
      ),
    ]
    return parts.filter { $0.0 > 0 }.map(\.1)
  }

  private var missing: String {
    let properties = night.properties.map { " of \(Formatting.count($0))" } ?? ""
    let why =
      gaps > 0
      ? "\(Formatting.count(gaps))\(properties) \(night.properties == 1 ? "property" : "properties") could not "
        + "be read completely"
      : "one side of them could not be read"
    if unread == 0 {
      return Self.capitalised(why) + "; nothing is said of leads that were not read."
    }
    return "\(Formatting.count(unread, "more lead", "more leads")) could not be compared: \(why)."
  }

  private var left: String? {
    let codes = night.exitCodes ?? []
    if codes.contains(4) { return "A safety limit stopped some repairs." }
    if codes.contains(3) { return "Some differences are left for a person or the next night." }
    guard night.converged == true, compared != nil else { return nil }
    return waiting > 0
      ? "Nothing new is left to do; the open questions are from earlier nights."
      : "Nothing is left to do."
  }

  private static func were(_ count: Int) -> String {
    "\(Formatting.count(count)) \(count == 1 ? "was" : "were")"
  }

  private static func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}

import Testing

@testable import Pages  // uses `Run`, internal
import Reports

/// What the page says about nights of every kind: each sentence names the leads that it is about, and none
/// claims agreement for leads that were not compared.
@Suite struct NightSentenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var night: PageData.Run
    var waiting = 0
    var clause: String
    var heading: String
    var notes: [String]

    var testDescription: String { name }
  }

  private static func made(
    seen: Int?, before: Int?, after: Int?, verdicts: [String: Int] = [:],
    outcomes: [String: Int] = [:], full: Bool = true, incomplete: Int = 0, codes: [Int] = [],
    mode: String = "run", properties: Int? = 3
  ) -> PageData.Run {
    var night = PageData.Run(runID: "run", verdicts: verdicts, outcomes: outcomes)
    night.mode = mode
    night.full = full
    (night.seen, night.agreedBefore, night.agreedAfter) = (seen, before, after)
    (night.properties, night.incomplete) = (properties, incomplete)
    night.planned = outcomes.values.reduce(0, +)
    (night.exitCodes, night.converged) = (codes, codes.isEmpty)
    return night
  }

  static let cases: [Case] = [
    Case(
      name: "first night",
      night: {
        var night = made(
          seen: 4_919, before: 4_729, after: 4_729, verdicts: ["baseline": 4_729, "unbased": 190],
          codes: [3])
        (night.logged, night.takenOver, night.backfilled) = (4_729, 4_729, 4_500)
        return night
      }(), waiting: 190,
      clause:
        "last night DomIQ and ResMan disagreed on 190 of the 4,919 leads that both systems have; "
        + "none was repaired",
      heading:
        "DomIQ and ResMan disagreed on 190 of the 4,919 leads that both systems have: 190 wait for a "
        + "person.",
      notes: [
        "Of these leads 4,729 agreed before the repairs (96.1\u{A0}%), 4,729 after (96.1\u{A0}%).",
        "Some differences are left for a person or the next night.",
        "For 4,729 leads both systems already agreed; only our log was brought up to date.",
        "For 4,500 of 4,729 leads seen for the first time, ResMan’s history shows all earlier statuses.",
      ]),
    Case(
      name: "quiet night", night: made(seen: 4_919, before: 4_866, after: 4_866), waiting: 47,
      clause:
        "last night DomIQ and ResMan disagreed on 53 of the 4,919 leads that both systems have; "
        + "none was repaired",
      heading:
        "DomIQ and ResMan disagreed on 53 of the 4,919 leads that both systems have: 47 wait for a "
        + "person and 6 stay as it was answered.",
      notes: [
        "Of these leads 4,866 agreed before the repairs (98.9\u{A0}%), 4,866 after (98.9\u{A0}%).",
        "Nothing new is left to do; the open questions are from earlier nights.",
      ]),
    Case(
      name: "all agree", night: made(seen: 4_919, before: 4_919, after: 4_919),
      clause: "last night DomIQ and ResMan agreed on all 4,919 leads that both systems have",
      heading: "DomIQ and ResMan agreed on all 4,919 leads that both systems have.",
      notes: ["Nothing is left to do."]),
    Case(
      name: "partial night",
      night: made(
        seen: 40, before: 30, after: 39, verdicts: ["unread": 80],
        outcomes: ["verified": 9, "stale": 1], incomplete: 2, codes: [5, 3]),
      clause:
        "last night DomIQ and ResMan disagreed on 10 of the 40 leads that could be compared; 9 were "
        + "repaired",
      heading:
        "DomIQ and ResMan disagreed on 10 of the 40 leads that could be compared: 9 were repaired and "
        + "1 is left for the next night.",
      notes: [
        "80 more leads could not be compared: 2 of 3 properties could not be read completely.",
        "Of these leads 30 agreed before the repairs (75.0\u{A0}%), 39 after (97.5\u{A0}%).",
        "Some differences are left for a person or the next night.",
      ]),
    Case(
      name: "partial night on which what was compared agrees",
      night: made(
        seen: 40, before: 40, after: 40, verdicts: ["unread": 80], incomplete: 2, codes: [5]),
      clause: "last night DomIQ and ResMan agreed on all 40 leads that could be compared",
      heading: "DomIQ and ResMan agreed on all 40 leads that could be compared.",
      notes: [
        "80 more leads could not be compared: 2 of 3 properties could not be read completely."
      ]),
    Case(
      name: "a property that is not listed any more",
      night: {
        var night = made(
          seen: 40, before: 40, after: 40, verdicts: ["unread": 5], incomplete: 1, codes: [5])
        night.unseen = 35
        return night
      }(),
      clause: "last night DomIQ and ResMan agreed on all 40 leads that could be compared",
      heading: "DomIQ and ResMan agreed on all 40 leads that could be compared.",
      notes: [
        "40 more leads could not be compared: 1 of 3 properties could not be read completely."
      ]),
    Case(
      name: "held back",
      night: made(
        seen: 500, before: 300, after: 350, outcomes: ["verified": 50, "held": 140, "parked": 4],
        codes: [4, 3]),
      waiting: 20,
      clause:
        "last night DomIQ and ResMan disagreed on 200 of the 500 leads that both systems have; 50 were "
        + "repaired",
      heading:
        "DomIQ and ResMan disagreed on 200 of the 500 leads that both systems have: 50 were repaired, "
        + "140 were stopped by a safety limit and 10 wait for a person.",
      notes: [
        "Of these leads 300 agreed before the repairs (60.0\u{A0}%), 350 after (70.0\u{A0}%).",
        "A safety limit stopped some repairs.",
      ]),
    Case(
      name: "incremental night",
      night: made(
        seen: 474, before: 421, after: 473, outcomes: ["verified": 52], full: false, codes: [3]),
      waiting: 1,
      clause:
        "last night DomIQ and ResMan disagreed on 53 of the 474 leads that had changed since the night "
        + "before; 52 were repaired",
      heading:
        "DomIQ and ResMan disagreed on 53 of the 474 leads that had changed since the night before: "
        + "52 were repaired and 1 waits for a person.",
      notes: [
        "Of these leads 421 agreed before the repairs (88.8\u{A0}%), 473 after (99.8\u{A0}%).",
        "Leads that had not changed were not read again.",
        "Some differences are left for a person or the next night.",
      ]),
    Case(
      name: "incremental night without changes",
      night: made(seen: 0, before: 0, after: 0, full: false),
      clause: "last night nothing had changed since the night before",
      heading: "Last night nothing had changed since the night before.",
      notes: ["Leads that had not changed were not read again.", "Nothing is left to do."]),
    Case(
      name: "nothing read",
      night: made(
        seen: 0, before: 0, after: 0, verdicts: ["unread": 120], incomplete: 3, codes: [5]),
      clause: "last night no lead could be compared",
      heading: "Last night no lead could be compared.",
      notes: [
        "120 more leads could not be compared: 3 of 3 properties could not be read completely."
      ]),
    Case(
      name: "a saved plan",
      night: made(
        seen: nil, before: nil, after: nil, outcomes: ["verified": 3, "stale": 1], codes: [3],
        mode: "apply", properties: nil),
      clause:
        "the last run carried out a saved plan: 3 of 4 changes were made and read back; the systems "
        + "were not compared",
      heading:
        "The last run carried out a saved plan: 3 of 4 changes were made and read back; the systems "
        + "were not compared.",
      notes: ["Some differences are left for a person or the next night."]),
    Case(
      name: "answers that change nothing",
      night: made(
        seen: nil, before: nil, after: nil, mode: "resolve", properties: nil),
      clause:
        "the last run carried out answers to questions, and there was nothing to change; the systems "
        + "were not compared",
      heading:
        "The last run carried out answers to questions, and there was nothing to change; the systems "
        + "were not compared.",
      notes: []),
  ]

  @Test(arguments: cases) func sentences(_ night: Case) {
    let sentences = NightSentences(night: night.night, waiting: night.waiting)
    #expect(sentences.clause == night.clause)
    #expect(sentences.heading == night.heading)
    #expect(sentences.notes == night.notes)
  }
}

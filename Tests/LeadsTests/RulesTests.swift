import Foundation
import Testing

import Leads

/// One case of the rules: input and expected output.
private struct Case: Sendable, CustomTestStringConvertible {
  var base: String
  var domiq: String
  var resman: String
  var verdict: Verdict
  var rule: Int
  var action: Action
  var target: Status?
  var hops: [Status] = []
  var irregular = false
  var domiqUnchanged = false
  var resmanUnchanged = false

  var testDescription: String { "\(base) / \(domiq) / \(resman)" }

  var state: LeadState? {
    ExplainedStatuses(
      base: base, domiq: domiq, resman: resman, domiqUnchanged: domiqUnchanged,
      resmanUnchanged: resmanUnchanged
    ).state()
  }
}

@Suite struct RulesTests {
  @Test(arguments: [
    Case(
      base: "none", domiq: "toured", resman: "new", verdict: .unmapped, rule: 3, action: .review),
    Case(
      base: "new", domiq: "engaged", resman: "missing", verdict: .missingInResman, rule: 4,
      action: .review),
    Case(
      base: "new", domiq: "missing", resman: "new", verdict: .resmanOnly, rule: 5, action: .none),
    Case(
      base: "contacted", domiq: " Follow-Up Needed ", resman: "CONTACTED", verdict: .inSync,
      rule: 6, action: .none),
    Case(
      base: "none", domiq: "engaged", resman: "contacted", verdict: .baseline, rule: 7,
      action: .log, target: .contacted),
    Case(
      base: "new", domiq: "engaged", resman: "contacted", verdict: .unlogged, rule: 8,
      action: .log, target: .contacted),
    Case(
      base: "none", domiq: "engaged", resman: "new", verdict: .unbased, rule: 9, action: .review),
    Case(
      base: "contacted", domiq: "initial_contact", resman: "contacted", verdict: .phantom, rule: 10,
      action: .pull, target: .contacted, hops: [.contacted], domiqUnchanged: true),
    Case(
      base: "new", domiq: "tour_booked", resman: "new", verdict: .domiqAhead, rule: 11,
      action: .push, target: .tourScheduled, hops: [.contacted, .tourScheduled]),
    Case(
      base: "qualified", domiq: "engaged", resman: "qualified", verdict: .domiqRegressed, rule: 12,
      action: .review),
    Case(
      base: "leased", domiq: "engaged", resman: "leased", verdict: .domiqRegressed, rule: 12,
      action: .review),
    Case(
      base: "contacted", domiq: "engaged", resman: "new", verdict: .phantom, rule: 13,
      action: .push, target: .contacted, hops: [.contacted], resmanUnchanged: true),
    Case(
      base: "new", domiq: "initial_contact", resman: "contacted", verdict: .phantom, rule: 13,
      action: .review, resmanUnchanged: true),
    Case(
      base: "contacted", domiq: "engaged", resman: "new", verdict: .resmanMoved, rule: 14,
      action: .pull, target: .new, hops: [.new], irregular: true),
    Case(
      base: "contacted", domiq: "engaged", resman: "qualified", verdict: .resmanMoved, rule: 14,
      action: .pull, target: .qualified, hops: [.qualified]),
    Case(
      base: "new", domiq: "qualified", resman: "contacted", verdict: .conflict, rule: 15,
      action: .push, target: .qualified, hops: [.qualified]),
    Case(
      base: "new", domiq: "engaged", resman: "qualified", verdict: .conflict, rule: 15,
      action: .pull, target: .qualified, hops: [.qualified]),
    Case(
      base: "qualified", domiq: "engaged", resman: "tour_scheduled", verdict: .conflict, rule: 15,
      action: .review),
    Case(
      base: "new", domiq: "lost", resman: "leased", verdict: .conflict, rule: 15, action: .review),
  ])
  private func verdict(_ given: Case) throws {
    let decision = reconcile(try #require(given.state), policy: Policy())
    #expect(decision.verdict == given.verdict)
    #expect(decision.rule == given.rule)
    #expect(decision.action == given.action)
    #expect(decision.target == given.target)
    #expect(decision.hops == given.hops)
    #expect(decision.irregular == given.irregular)
  }

  @Test func unreadAndUnsettledGoFirst() {
    let seen = Sighting.seen(raw: "nonsense", status: nil, version: nil)
    var state = LeadState(base: nil, domiq: .unread, resman: seen, isPending: true)
    #expect(reconcile(state, policy: Policy()).verdict == .unread)
    state.domiq = seen
    #expect(reconcile(state, policy: Policy()).verdict == .unsettled)
    state.isPending = false
    #expect(reconcile(state, policy: Policy()).verdict == .unmapped)
  }

  @Test func unmetConditionsMakeAPushAQuestion() throws {
    let facts = LeadFacts(leadScore: 69, fields: [.email])
    let state = try #require(
      ExplainedStatuses(base: "new", domiq: "qualified", resman: "new", facts: facts).state())
    let decision = reconcile(state, policy: Policy())
    #expect(decision.verdict == .domiqAhead)
    #expect(decision.action == .review)
    #expect(decision.unmet == [.minimumLeadScore(70), .field(.phone)])
    #expect(decision.hops.isEmpty)
  }

  /// A score is compared as sent, never rounded.
  @Test(arguments: [
    (69, false), (69.5, false), (69.99, false), (70, true), (70.01, true), (nil, false),
  ])
  func aScoreBelowIsBelow(_ score: Double?, _ isMet: Bool) {
    let facts = LeadFacts(leadScore: score, fields: [.email, .phone])
    #expect(Status.qualified.unmetConditions(facts).isEmpty == isMet)
  }

  @Test func aPathAvoidsUnmetConditions() {
    // qualified needs a score; application can be reached through tour_scheduled instead.
    let facts = LeadFacts(leadScore: 10, fields: [.email, .phone, .tourDatetime])
    #expect(
      Route.shortest(from: .contacted, to: .leased, facts: facts)
        == .hops([.tourScheduled, .leased]))
    #expect(Route.shortest(from: .leased, to: .lost, facts: .everythingMet) == .unreachable)
  }

  @Test func withoutVersionsAPushOfOursIsNotUndone() {
    let state = LeadState(
      base: Base(status: .contacted),
      domiq: .seen(raw: "engaged", status: .contacted, version: nil),
      resman: .seen(raw: "new", status: .new, version: nil), pushedSinceCompletePull: true)
    let decision = reconcile(state, policy: Policy())
    #expect(decision.rule == 14)
    #expect(decision.action == .review)
  }

  /// One lead on which both sides last agreed at `base`, with the evidence known besides the versions.
  private static func state(
    _ base: Base, domiq: String, resman: String, version: String = "2026-11-20T10:00:00Z",
    domiqMoved: Bool? = nil, resmanMoved: Bool? = nil, pushed: Bool = false
  ) -> LeadState {
    let mapping = StatusMapping.standard
    return LeadState(
      base: base,
      domiq: .seen(raw: domiq, status: mapping.canonical(domiq: domiq), version: version),
      resman: .seen(raw: resman, status: mapping.canonical(resman: resman), version: version),
      pushedSinceCompletePull: pushed, domiqMoved: domiqMoved, resmanMoved: resmanMoved,
      asOf: Instant(iso8601: "2026-11-28T02:00:00Z"))
  }

  private static func agreed(
    _ status: Status, _ version: String = "2026-11-20T10:00:00Z", isBridged: Bool = false
  ) -> Base {
    Base(status: status, domiqVersion: version, resmanVersion: version, isBridged: isBridged)
  }

  /// Which evidence rules 10 and 13 use, and which they do not.
  @Test(arguments: [
    // A push that stopped after one of its steps: the next run continues it.
    (
      state(agreed(.contacted, isBridged: true), domiq: "tour_booked", resman: "contacted"), 11,
      Action.push
    ),
    (state(agreed(.contacted), domiq: "tour_booked", resman: "contacted"), 10, .pull),
    // A status that is not the agreed one is a change, whatever the version.
    (
      state(agreed(.contacted), domiq: "qualified", resman: "contacted", domiqMoved: true), 11,
      .push
    ),
    (
      state(agreed(.contacted), domiq: "engaged", resman: "qualified", resmanMoved: true), 14, .pull
    ),
    // A date proves nothing within its day.
    (
      state(
        agreed(.contacted, "2026-11-20T00:00:00Z"), domiq: "qualified", resman: "contacted",
        version: "2026-11-20T00:00:00Z"), 11, .push
    ),
    // Nothing shows whether DomIQ moved or never followed a move by staff: a person decides.
    (
      state(
        agreed(.contacted, "2026-11-20T00:00:00Z"), domiq: "qualified", resman: "contacted",
        version: "2026-11-20T00:00:00Z", domiqMoved: false), 11, .review
    ),
    (
      state(
        agreed(.contacted, "2026-11-20T00:00:00Z"), domiq: "engaged", resman: "new",
        version: "2026-11-20T00:00:00Z", resmanMoved: false), 14, .review
    ),
    // From the future: stored as text.
    (
      state(
        agreed(.qualified, "2206-11-20T10:00:00Z"), domiq: "qualified", resman: "contacted"), 14,
      .pull
    ),
    (
      state(
        agreed(.qualified, "2206-11-20T10:00:00Z"), domiq: "qualified", resman: "contacted",
        pushed: true), 14, .review
    ),
    // A bridged row proves nothing about ResMan either, but it is no reason to undo a push.
    (
      state(
        agreed(.contacted, isBridged: true), domiq: "engaged", resman: "new", resmanMoved: false),
      14,
      .review
    ),
  ])
  func onlyWhatIsProvenDecides(_ state: LeadState, _ rule: Int, _ action: Action) {
    let decision = reconcile(state, policy: Policy())
    #expect(decision.rule == rule)
    #expect(decision.action == action)
  }

  /// A question calls no move what was not seen to be one.
  @Test(arguments: [(false, "DomIQ still says contacted"), (true, "DomIQ moved from qualified")])
  func aQuestionSaysWhatIsKnown(hasMoved: Bool, _ words: String) {
    let decision = reconcile(
      Self.state(
        Base(status: .qualified), domiq: "engaged", resman: "qualified", domiqMoved: hasMoved),
      policy: Policy())
    #expect(decision.rule == 12 && decision.action == .review)
    #expect(decision.because.hasPrefix(words))
  }

  /// Staff moved back from the agreed status while DomIQ moved on: the pull is marked irregular.
  @Test(arguments: [("new", true), ("qualified", false)])
  func aConflictThatIsPulledIsIrregularWhereStaffLeftTheRules(_ resman: String, _ isIrregular: Bool)
    throws
  {
    let state = try #require(
      ExplainedStatuses(base: "contacted", domiq: "tour_booked", resman: resman).state())
    let decision = reconcile(state, policy: Policy(conflict: .resman))
    #expect(decision.rule == 15 && decision.action == .pull)
    #expect(decision.irregular == isIrregular)
  }

  @Test(arguments: [
    (ConflictPolicy.review, Action.review), (.resman, .pull), (.domiq, .push), (.forward, .push),
  ])
  func unbasedFollowsItsPolicy(_ way: ConflictPolicy, _ action: Action) throws {
    let state = try #require(
      ExplainedStatuses(base: "none", domiq: "engaged", resman: "new").state())
    #expect(reconcile(state, policy: Policy(unbased: way)).action == action)
  }

  @Test func sourceDefaultIsOnlyForThoseWhoAskForIt() throws {
    let state = try #require(
      ExplainedStatuses(base: "new", domiq: "toured", resman: "contacted").state())
    #expect(reconcile(state, policy: Policy()).verdict == .unmapped)
    let decision = reconcile(state, policy: Policy(unknownStatus: .sourceDefault))
    #expect(decision.verdict == .resmanMoved)
  }
}

@Suite struct EveryCombinationTests {
  static let bases = ["none"] + Status.allCases.map(\.rawValue)
  static let domiqs = [
    "missing", "nonsense", "initial_contact", "engaged", "follow_up_needed", "qualified",
    "tour_booked", "application_started", "leased", "lost",
  ]
  static let resmans = ["missing", "nonsense"] + Status.allCases.map(\.rawValue)

  /// Every base, every pair of raw statuses, both flags and every policy: checks what may never happen, and
  /// the whole table of the default policies against a golden file.
  @Test func invariantsHold() throws {
    var table = ""
    for base in Self.bases {
      for domiq in Self.domiqs {
        for resman in Self.resmans {
          for flags in 0..<4 {
            let given = ExplainedStatuses(
              base: base, domiq: domiq, resman: resman, domiqUnchanged: flags & 1 != 0,
              resmanUnchanged: flags & 2 != 0)
            let state = try #require(given.state())
            for way in ConflictPolicy.allCases {
              check(
                reconcile(state, policy: Policy(conflict: way, unbased: way)), state: state,
                given: given)
            }
            let decision = reconcile(state, policy: Policy())
            let hops = decision.hops.map(\.rawValue).joined(separator: ">")
            table +=
              "\(base) \(domiq) \(resman) \(flags): \(decision.rule) \(decision.verdict.rawValue) "
              + "\(decision.action.rawValue) \(hops)\(decision.irregular ? " irregular" : "")\n"
          }
        }
      }
    }
    try expectGolden(table, "rules.txt")
  }

  private func check(_ decision: Decision, state: LeadState, given: ExplainedStatuses) {
    let mapping = StatusMapping.standard
    let d = mapping.canonical(domiq: given.domiq)
    let r = mapping.canonical(resman: given.resman)
    if given.domiq == "nonsense" || given.resman == "nonsense" {
      #expect(decision.verdict == .unmapped, "\(given)")
    }
    switch decision.action {
    case .push:
      guard let d, let r else {
        Issue.record("pushed without statuses: \(given)")
        return
      }
      #expect(!r.isTerminal, "pushed out of \(r): \(given)")
      #expect(decision.hops.last == d)
      #expect(decision.target == d)
      #expect(zip([r] + decision.hops, decision.hops).allSatisfy { $0.allows($1) }, "\(given)")
    case .pull: #expect(decision.target == r && decision.hops == [r].compactMap { $0 }, "\(given)")
    case .log: #expect(d == r && decision.target == r, "\(given)")
    case .none, .review: #expect(decision.hops.isEmpty && decision.target == nil, "\(given)")
    }
    #expect((1...15).contains(decision.rule))
    #expect(!decision.because.isEmpty)
    let b = mapping.canonical(resman: given.base)
    let isOutside = b.map { b in r.map { b != $0 && !b.reaches($0) } ?? false } ?? false
    if decision.irregular { #expect(isOutside, "\(given)") }
    if decision.action == .pull { #expect(decision.irregular == isOutside, "\(given)") }
  }
}

/// Compares with a file beside the tests; `WRITE_GOLDEN=1` writes it again.
func expectGolden(_ text: String, _ name: String, file: String = #filePath) throws {
  let url = URL(fileURLWithPath: file).deletingLastPathComponent()
    .appending(path: "Golden").appending(path: name)
  if ProcessInfo.processInfo.environment["WRITE_GOLDEN"] == "1" {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
  let expected = String(decoding: try Data(contentsOf: url), as: UTF8.self)
  #expect(text == expected, "differs from \(name)")
}

@Suite struct ExplanationTests {
  @Test func everyKeyIsThere() throws {
    let state = try #require(
      ExplainedStatuses(base: "none", domiq: "missing", resman: "contacted").state())
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json = String(
      decoding: try encoder.encode(Explanation(state, policy: Policy())), as: UTF8.self)
    #expect(
      json == """
        {"action":"none","base":null,"because":"DomIQ does not have this lead: it never chatted, \
        which is not drift.","domiq":{"canonical":null,"raw":null},"hops":[],"irregular":false,\
        "resman":{"canonical":"contacted","raw":"contacted"},"rule":5,"target":null,"unmet":[],\
        "verdict":"resman_only"}
        """)
  }
}

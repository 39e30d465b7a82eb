import Foundation
import Leads
import Postgres
import StandIns
import Testing

@testable import Nightly  // uses `AnswerPlan`, internal
import StatusSync

/// Answers to questions: which are refused and why, what a preview shows, and who answered.
@Suite struct AnswerTests {
  private static func item(
    _ verdict: Verdict = .unmapped, base: Status? = .contacted, domiq: (String?, Status?),
    resman: (String?, Status?)
  ) -> ReviewItem {
    ReviewItem(
      id: 1, propertyID: UUID(), propertyName: "Elm", resmanLeadID: "L-1", conversationID: UUID(),
      base: base, domiqRaw: domiq.0, domiq: domiq.1, resmanRaw: resman.0, resman: resman.1,
      verdict: verdict.rawValue, rule: 3, reason: "because", state: "open",
      firstSeen: "2026-11-01T00:00:00Z", lastSeen: "2026-11-02T00:00:00Z", ageSeconds: 86_400)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var item: ReviewItem
    var answer: ReviewAnswer
    var facts = LeadFacts.everythingMet
    /// The statuses that ResMan is set to step by step, or the one DomIQ is set to; nil if the answer is
    /// impossible.
    var hops: [Status]?
    var text = ""
    var testDescription: String {
      "\(answer.name) \(item.domiqRaw ?? "-") \(item.resmanRaw ?? "-")"
    }
  }

  static let cases: [Case] = [
    // A word outside the vocabulary is answered with the status of the other side.
    Case(
      item: item(domiq: ("nurturing", nil), resman: ("contacted", .contacted)), answer: .pull,
      hops: [.contacted]),
    Case(
      item: item(domiq: ("nurturing", nil), resman: ("contacted", .contacted)), answer: .push,
      text:
        "DomIQ's \"nurturing\" is not a known status; map it (mapping:), change it in DomIQ, or "
        + "answer pull (the other side says contacted)"),
    Case(
      item: item(base: .qualified, domiq: ("qualified", .qualified), resman: ("Notice", nil)),
      answer: .push, hops: [.qualified]),
    Case(
      item: item(base: nil, domiq: ("engaged", .contacted), resman: ("Notice", nil)),
      answer: .push, hops: [.contacted]),
    Case(
      item: item(base: .new, domiq: ("tour_booked", .tourScheduled), resman: ("Notice", nil)),
      answer: .push, hops: [.contacted, .tourScheduled]),
    Case(
      item: item(base: .lost, domiq: ("engaged", .contacted), resman: ("Notice", nil)),
      answer: .push, text: "contacted cannot be reached from lost in ResMan"),
    Case(
      item: item(base: nil, domiq: ("qualified", .qualified), resman: ("Notice", nil)),
      answer: .push, facts: LeadFacts(leadScore: 10, fields: []),
      text: "ResMan's conditions are not met: lead_score >= 70, email, phone"),
    Case(
      item: item(domiq: ("qualified", .qualified), resman: ("Notice", nil)), answer: .pull,
      text:
        "ResMan's \"Notice\" is not a known status; map it (mapping:), change it in ResMan, or "
        + "answer push (the other side says qualified)"),
    Case(
      item: item(domiq: ("hm", nil), resman: ("Notice", nil)), answer: .pull,
      text:
        "ResMan's \"Notice\" is not a known status; map it (mapping:), change it in ResMan"),
    Case(
      item: item(.missingInResman, domiq: ("engaged", .contacted), resman: (nil, nil)),
      answer: .push, text: "ResMan does not have this lead: only accept or ignore"),
    Case(
      item: item(domiq: (nil, nil), resman: ("new", .new)), answer: .pull,
      text: "DomIQ shows no status of this lead: only accept or ignore"),
    Case(
      item: item(domiq: ("engaged", .contacted), resman: ("contacted", .contacted)), answer: .push,
      text: "both sides say contacted already"),
  ]

  @Test(arguments: cases)
  func anAnswerIsARepairOrASentence(_ test: Case) {
    switch AnswerPlan.repair(test.item, test.answer, facts: test.facts) {
    case .success(let lead): #expect(lead.hops == test.hops)
    case .failure(let refusal):
      #expect(test.hops == nil)
      #expect(refusal.text == test.text)
    }
  }

  @Test func impossibleAnswersAreNamedAndChangeNothing() async throws {
    try await NightlyFixture.with(leads: 200) { fixture in
      let nightly = try fixture.nightly()
      _ = try await nightly.run(full: true)
      let asked = try await fixture.questions()
      let known = try #require(asked.first).resmanLeadID
      await #expect(throws: ReviewError.noQuestion(leads: ["L-8", "L-9"])) {
        try await nightly.questions(ReviewSelection(leads: ["L-9", known, "L-8"]))
      }
      await #expect(throws: ReviewError.unknownVerdict("unbaced")) {
        try await nightly.questions(ReviewSelection(verdict: "unbaced"))
      }
      let nowhere = UUID()
      await #expect(throws: ReviewError.unknownProperty(nowhere)) {
        try await nightly.questions(ReviewSelection(property: nowhere))
      }
      await #expect(throws: ReviewError.self) {
        try await nightly.questions(ReviewSelection(verdict: "unbased", domiq: "nobody says this"))
      }
      let past = Instant(microseconds: fixture.now().microseconds - 1)
      let items = try await nightly.questions(ReviewSelection(leads: [known]))
      await #expect(throws: ReviewError.untilIsPast(past.iso8601)) {
        try await Resolution(nightly).run(
          items, answer: .ignore(until: past, reason: "x"), reason: nil)
      }
      #expect(try await fixture.questions().map(\.ageless) == asked.map(\.ageless))
    }
  }

  @Test func filtersPreviewAndNamesOfWhoAnswered() async throws {
    try await NightlyFixture.with(leads: 400) { fixture in
      let nightly = try fixture.nightly()
      _ = try await nightly.run(full: true)
      let all = try await fixture.questions()
      let one = try #require(all.first { $0.verdict == "unbased" })
      let property = try #require(one.propertyID)
      let domiq = try #require(one.domiqRaw)
      let resman = try #require(one.resmanRaw)
      let fits = all.filter {
        $0.verdict == "unbased" && $0.propertyID == property && $0.domiqRaw == domiq
          && $0.resmanRaw == resman
      }
      let selection = ReviewSelection(
        verdict: "unbased", property: property, domiq: domiq.uppercased(), resman: " \(resman)")
      let items = try await nightly.questions(selection)
      #expect(Set(items.map(\.resmanLeadID)) == Set(fits.map(\.resmanLeadID)))
      let missing = try await nightly.questions(ReviewSelection(resman: "missing"))
      #expect(Set(missing.map(\.verdict)) == ["missing_in_resman"])
      // A preview changes nothing in either system or here, and shows what the answer will do.
      let connection = try await fixture.database.connect()
      let queue = ReviewQueue(connection)
      let effects = fixture.standIns.ledger.applied.count
      let preview = try await queue.preview(
        items, .pull, reason: nil, limits: fixture.settings.limits.guards, now: fixture.now())
      #expect(preview.map(\.result) == items.map { _ in "planned" })
      var none = fixture.settings.limits.guards
      none.repairsPerProperty = 0
      let held = try await queue.preview(
        items, .pull, reason: nil, limits: none, now: fixture.now())
      #expect(held.map(\.result) == items.map { _ in "held" })
      #expect(try await fixture.questions().map(\.ageless) == all.map(\.ageless))
      #expect(fixture.standIns.ledger.applied.count == effects)
      let done = try await Resolution(nightly).run(items, answer: .pull, reason: "asked", by: "ada")
      #expect(done.map(\.resmanLeadID).sorted() == preview.map(\.resmanLeadID).sorted())
      #expect(done.map(\.target) == preview.map(\.target))
      #expect(done.allSatisfy { $0.result == "verified" })
      let answered = try await queue.items(
        ReviewSelection(leads: [one.resmanLeadID]), states: ["resolved"], now: fixture.now())
      #expect(answered.map(\.answeredBy) == ["ada"])
      await connection.close()
    }
  }

  /// The data for a decision: the property, both sides with their last change, ResMan's own history, and what
  /// each answer would do.
  @Test func aQuestionShowsWhatADecisionNeeds() async throws {
    try await NightlyFixture.with(leads: 400) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let item = try #require(try await fixture.questions("conflict").first)
      let connection = try await fixture.database.connect()
      var shown = try await ReviewCase.read(item.resmanLeadID, on: connection, now: fixture.now())
      await #expect(throws: ReviewError.neverAsked("L-1")) {
        try await ReviewCase.read("L-1", on: connection, now: fixture.now())
      }
      await connection.close()
      await shown.askResMan(fixture.settings)
      let property = try #require(fixture.world.properties.first { $0.id == item.propertyID })
      #expect(shown.items.first?.propertyName == property.name)
      let lead = try #require(fixture.standIns.resman.lead(item.resmanLeadID))
      let own = try #require(shown.resmanHistory)
      #expect(own.map(\.to).first == lead.status && own.first?.by == "resman_user")
      #expect(shown.domiq.raw == item.domiqRaw && shown.resman.version == item.resmanVersion)
      #expect(shown.history.count > 0)
      #expect(Set(shown.answers.map(\.answer)) == ["push", "pull", "accept", "ignore"])
      let text = ReviewText.show(shown)
      for part in [
        property.name, item.domiqRaw ?? "?", item.resmanRaw ?? "?", "ResMan's own history",
        "sets DomIQ to ResMan's status", item.reason,
      ] { #expect(text.contains(part), "\(part)\n\(text)") }
      fixture.standIns.capabilities = Capabilities(history: false)
      await shown.askResMan(fixture.settings)
      #expect(shown.resmanHistoryNote == "not offered")
    }
  }

  /// The answer copies the known side: an unknown word of DomIQ is replaced, or one of ResMan.
  @Test func anUnknownStatusIsAnsweredFromTheOtherSide() async throws {
    try await NightlyFixture.with(leads: 800) { fixture in
      let nightly = try fixture.nightly()
      _ = try await nightly.run(full: true)
      let asked = try await fixture.questions("unmapped")
      let inDomIQ = try #require(asked.first { $0.domiq == nil && $0.resman != nil })
      let inResMan = try #require(asked.first { $0.resman == nil && $0.domiq != nil })
      let pulled = try await Resolution(nightly).run([inDomIQ], answer: .pull, reason: nil)
      #expect(pulled.map(\.result) == ["verified"], "\(pulled)")
      let pushed = try await Resolution(nightly).run([inResMan], answer: .push, reason: nil)
      #expect(pushed.map(\.result) == ["verified"], "\(pushed)")
      #expect(
        fixture.standIns.resman.lead(inResMan.resmanLeadID)?.status == inResMan.domiq?.rawValue)
      let night = try await nightly.run(full: true)
      #expect(night.summary.planned == 0)
      let left = Set(try await fixture.questions().map(\.resmanLeadID))
      #expect(left.isDisjoint(with: [inDomIQ.resmanLeadID, inResMan.resmanLeadID]))
    }
  }

  /// A word that is now configured is no longer a question, from the next night on.
  @Test(arguments: [true, false])
  func aConfiguredWordIsUnderstood(full: Bool) async throws {
    try await NightlyFixture.with(leads: 800) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let asked = try await fixture.questions("unmapped").filter {
        $0.domiq == nil && $0.resman != nil
      }
      try #require(!asked.isEmpty)
      var settings = fixture.settings
      var words: [String: Status] = [:]
      for item in asked { words[item.domiqRaw ?? ""] = .contacted }
      settings.mapping = try StatusMapping.standard.adding(domiq: words, resman: [:])
      _ = try await fixture.nightly(settings).run(full: full)
      let left = try await fixture.questions("unmapped")
      #expect(Set(left.map(\.resmanLeadID)).isDisjoint(with: asked.map(\.resmanLeadID)))
    }
  }

  /// The word is configured when no incremental pull shows its lead any more: what was kept of the
  /// lead decides, and closes the question. While DomIQ cannot be read, the question stays.
  @Test func aConfiguredWordIsUnderstoodOfALeadThatIsNotShown() async throws {
    let shift = ClockShift()
    try await NightlyFixture.with(leads: 800, clock: shift.now()) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let asked = try await fixture.questions("unmapped")
      let item = try #require(
        asked.first { $0.domiq == nil && $0.resman == .contacted && $0.base == .contacted })
      let property = try #require(item.propertyID)
      // Four days later another lead of the property moves what the next pulls ask from.
      let agreed = Set(fixture.world.judgements.filter { $0.verdict == .inSync }.map(\.leadID))
      let other = try #require(
        fixture.world.domiq.first {
          $0.propertyID == property && agreed.contains($0.resmanLeadID ?? "")
        }?.resmanLeadID)
      shift.move(by: .seconds(4 * 86_400))
      for system in StandInSystem.allCases {
        fixture.standIns.edit(Edit(system, lead: other, leadScore: 75))
      }
      let second = try await fixture.nightly().run(full: false)
      #expect(!second.summary.full)

      var settings = fixture.settings
      settings.mapping = try StatusMapping.standard.adding(
        domiq: [item.domiqRaw ?? "": .contacted], resman: [:])
      fixture.standIns.faults.add(
        Fault(
          .malformedRecord, on: .domiq, route: .leads, property: uuidText(property),
          malformation: .notJSON))
      let unread = try await fixture.nightly(settings).run(full: false)
      #expect(unread.summary.exitCodes.contains(5))
      #expect(try await Self.state(of: item, fixture) == "open")

      fixture.standIns.faults.clear()
      let night = try await fixture.nightly(settings).run(full: false)
      #expect(!night.summary.full)
      let shown: Int = try await fixture.value(
        """
        select (select count(*) from stage_domiq where resman_lead_id = \(item.resmanLeadID))
          + (select count(*) from stage_resman where resman_lead_id = \(item.resmanLeadID)) as value
        """)
      #expect(shown == 0)
      #expect(try await Self.state(of: item, fixture) == "healed")
    }
  }

  private static func state(
    of item: ReviewItem, _ fixture: NightlyFixture
  ) async throws -> String {
    try await fixture.value("select state as value from review_item where id = \(item.id)")
  }
}

extension ReviewItem {
  /// The question without its age, which grows between two reads.
  fileprivate var ageless: ReviewItem {
    var item = self
    item.ageSeconds = 0
    return item
  }
}

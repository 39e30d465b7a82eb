import Testing

import Leads

/// What may be written, row by row of docs/rules.md#what-may-be-written.
@Suite struct WritingTests {
  private static let now = Instant(microseconds: 1_763_640_000_000_000)
  private static let hour: Int64 = 3_600_000_000
  private static let writing = Writing(
    resman: .careful, domiq: .guarded, lostReasons: ["price": "REASON-4", "default": "REASON-3"])

  private static func ground(
    isContacted: Bool = false, contacted: Int64? = nil, tour: Int64? = nil, reason: String? = nil
  ) -> WriteGround {
    WriteGround(
      isContacted: isContacted, contactedAt: contacted.map { at($0) }, tour: tour.map { at($0) },
      lostReason: reason, activity: at(-1), now: now)
  }

  private static func at(_ hours: Int64) -> Instant {
    Instant(microseconds: now.microseconds + hours * hour)
  }

  private static func push(
    _ written: Status, over shown: Status, _ ground: WriteGround?, _ writing: Writing = writing
  ) -> Ruling {
    writing.ruling(
      of: DecidedChange(action: .push, target: written, written: written, shown: shown),
      ground: ground)
  }

  private static func pull(
    _ written: Status?, over shown: Status, target: Status? = nil, _ writing: Writing = writing
  ) -> Ruling {
    writing.ruling(
      of: DecidedChange(action: .pull, target: target ?? written, written: written, shown: shown),
      ground: nil)
  }

  private static func sentence(_ ruling: Ruling) -> String? {
    if case .person(let sentence) = ruling { sentence } else { nil }
  }

  @Test func aContactNeedsAMessageOfDomIQ() {
    let told = Self.ground(isContacted: true, contacted: -5)
    #expect(Self.push(.contacted, over: .new, told) == .write(.contact(at: Self.at(-5))))
    // Without its time the last activity counts; a message never lies ahead.
    #expect(
      Self.push(.contacted, over: .new, Self.ground(isContacted: true))
        == .write(.contact(at: Self.at(-1))))
    #expect(
      Self.push(.contacted, over: .new, Self.ground(isContacted: true, contacted: 3))
        == .write(.contact(at: Self.now)))
    let none = Self.sentence(Self.push(.contacted, over: .new, Self.ground()))
    #expect(none?.contains("enter the contact in ResMan") == true)
  }

  @Test func aTourNeedsATimeToCome() {
    #expect(
      Self.push(.tourScheduled, over: .contacted, Self.ground(tour: 2))
        == .write(.appointment(at: Self.at(2))))
    for ground in [Self.ground(), Self.ground(tour: -2), Self.ground(tour: 0)] {
      let ruling = Self.push(.tourScheduled, over: .new, ground)
      #expect(Self.sentence(ruling)?.contains("enter the appointment in ResMan") == true)
    }
  }

  @Test func aLossNeedsAReasonOfResMan() {
    #expect(
      Self.push(.lost, over: .contacted, Self.ground(reason: "Price"))
        == .write(.cancel(reasonID: "REASON-4", at: Self.now)))
    for reason in [nil, "another"] {
      #expect(
        Self.push(.lost, over: .new, Self.ground(reason: reason))
          == .write(.cancel(reasonID: "REASON-3", at: Self.now)))
    }
    var writing = Self.writing
    writing.lostReasons["default"] = nil
    let other = Self.push(.lost, over: .new, Self.ground(reason: "another"), writing)
    #expect(Self.sentence(other)?.contains("resman.lost_reasons") == true)
    writing.lostReasons = [:]
    #expect(Self.sentence(Self.push(.lost, over: .new, nil, writing)) != nil)
  }

  @Test func whatResManShowsAlreadyIsLogged() {
    #expect(Self.push(.contacted, over: .contacted, Self.ground()) == .nothing)
    #expect(Self.pull(.contacted, over: .contacted) == .nothing)
  }

  /// What StatusSync never writes is for a person, whatever DomIQ holds, and is said before DomIQ is asked.
  @Test(
    arguments: [
      (.application, .tourScheduled, "enter it in ResMan"),
      (.leased, .tourScheduled, "enter it in ResMan"),
      (.qualified, .new, "set the prospect to it in ResMan"),
      (.contacted, .tourScheduled, "cancel it in ResMan"),
      (.new, .contacted, "change it in ResMan"),
      (.tourScheduled, .application, "end it in ResMan"),
      (.contacted, .leased, "end it in ResMan"),
    ] as [(Status, Status, String)])
  func theRestIsForAPerson(_ written: Status, _ shown: Status, _ what: String) {
    let full = Self.ground(isContacted: true, contacted: -1, tour: 5, reason: "price")
    for ground in [full, nil] {
      #expect(Self.sentence(Self.push(written, over: shown, ground))?.contains(what) == true)
    }
  }

  @Test func onlyAPersonLeadsOutOfLost() {
    let ground = Self.ground(isContacted: true, contacted: -2, tour: 5)
    #expect(
      Self.push(.tourScheduled, over: .lost, ground)
        == .write(
          .reactivate(
            activity: Self.at(-1), at: Self.now, then: .appointment(at: Self.at(5)))))
    #expect(
      Self.push(.new, over: .lost, ground)
        == .write(.reactivate(activity: Self.at(-1), at: Self.now, then: nil)))
    #expect(Self.sentence(Self.push(.leased, over: .lost, ground)) != nil)
    // The rules never push out of lost.
    for domiq in Status.allCases {
      for base in Status.allCases {
        let state = LeadState(
          base: Base(status: base, domiqVersion: "2026-01-01T12:00:00Z"),
          domiq: .seen(raw: "", status: domiq, version: "2026-01-02T12:00:00Z"),
          resman: .seen(raw: "", status: .lost, version: nil))
        for way in [ConflictPolicy.review, .resman, .domiq, .forward] {
          let policy = Policy(conflict: way, unbased: way)
          #expect(reconcile(state, policy: policy).action != .push)
        }
      }
    }
  }

  @Test func guardedWritesWhatTellsNobody() {
    #expect(Self.pull(.contacted, over: .new) == .write(nil))
    #expect(Self.pull(.tourScheduled, over: .contacted) == .write(nil))
    #expect(
      Self.sentence(Self.pull(.qualified, over: .contacted))?.contains("notify_on_repair") == true)
    var writing = Self.writing
    writing.notifies = true
    #expect(Self.pull(.qualified, over: .contacted, writing) == .write(nil))
    for status in [Status.new, .application, .leased, .lost] {
      #expect(Self.sentence(Self.pull(status, over: .contacted))?.contains("DomIQ") == true)
    }
    #expect(Self.sentence(Self.pull(nil, over: .contacted, target: .lost)) != nil)
  }

  @Test func otherWaysWriteEverythingOrNothing() {
    for status in Status.allCases {
      let all = Writing()
      #expect(Self.push(status, over: .new, nil, all) == .write(nil))
      #expect(Self.pull(status, over: .lost, all) == .write(nil))
      let none = Writing(resman: .none, domiq: .none)
      #expect(Self.push(status, over: .new, nil, none) == .notWritten("resman.write is none"))
      #expect(Self.pull(status, over: .new, none) == .notWritten("domiq.write is none"))
    }
  }

  /// Every sentence for a person says what to do, as a sentence.
  @Test func everySentenceIsOne() {
    for shown in Status.allCases {
      for written in Status.allCases {
        let sentences = [
          Self.sentence(Self.push(written, over: shown, Self.ground())),
          Self.sentence(Self.pull(written, over: shown)),
          Self.writing.advice(.domiqRegressed, domiq: written, resman: shown),
        ].compactMap { $0 }
        for sentence in sentences {
          #expect(sentence.hasSuffix(".") && !sentence.contains("\n"))
          #expect(sentence.contains("ResMan") || sentence.contains("DomIQ"))
        }
      }
    }
    let unbooked = Self.writing.advice(.domiqRegressed, domiq: .contacted, resman: .tourScheduled)
    #expect(unbooked?.contains("cancel it in ResMan") == true)
    let lost = Self.writing.advice(.domiqRegressed, domiq: .tourScheduled, resman: .lost)
    #expect(lost?.contains("answer push") == true)
    #expect(Writing().advice(.domiqRegressed, domiq: .contacted, resman: .tourScheduled) == nil)
    #expect(Self.writing.advice(.unmapped, domiq: .contacted, resman: .lost) == nil)
  }

  // MARK: - Out of lost

  private static func card(_ events: [PartnerCard.Event], lostAt: String? = nil) -> PartnerCard {
    PartnerCard(
      status: "Lost", types: ["lost"], isLostDated: lostAt != nil,
      lostAt: lostAt.flatMap { VendorTime($0, zone: .gmt) }, events: events)
  }

  private static func event(_ kind: PartnerCard.Event.Kind, _ time: String) -> PartnerCard.Event {
    PartnerCard.Event(kind, time: VendorTime(time, zone: .gmt))
  }

  private static func isRefused(_ result: Result<[PartnerEvent], ReopeningRefusal>) -> Bool {
    if case .failure = result { true } else { false }
  }

  @Test func aLossIsTakenBackOnlyForNewerActivity() throws {
    let card = Self.card([
      Self.event(.contact, "2026-11-01T10:00:00Z"), Self.event(.cancel, "2026-11-09T15:00:00Z"),
    ])
    let before = Instant(iso8601: "2026-11-09T14:59:59Z")
    let after = try #require(Instant(iso8601: "2026-11-10T08:00:00Z"))
    for activity in [nil, before, card.lostSince] {
      let refused = card.reopening(to: .contacted, activity: activity, at: after, then: nil)
      #expect(Self.isRefused(refused))
    }
    let again = PartnerEvent.reactivate(activity: after, at: after, then: nil)
    #expect(
      card.reopening(to: .contacted, activity: after, at: after, then: nil) == .success([again]))
    let tour = PartnerEvent.appointment(at: after)
    #expect(
      card.reopening(to: .tourScheduled, activity: after, at: after, then: tour)
        == .success([again, tour]))
    // It would show a contact, which is not new.
    for (status, then) in [(Status.new, tour), (.tourScheduled, nil)] {
      #expect(
        Self.isRefused(card.reopening(to: status, activity: after, at: after, then: then)))
    }
    // A bare day of loss lasts until its end.
    let day = Self.card([], lostAt: "2026-11-10")
    #expect(Self.isRefused(day.reopening(to: .new, activity: after, at: after, then: nil)))
  }
}

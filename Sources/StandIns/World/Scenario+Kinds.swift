import Leads

extension Scenario {
  /// Scenarios that share a verdict and a share of all leads; variants take turns.
  struct Kind: Sendable {
    var perThousand: Double
    var limit: Int?
    var variants: [Scenario]

    init(_ perThousand: Double, limit: Int? = nil, _ variants: [Scenario]) {
      self.perThousand = perThousand
      self.limit = limit
      self.variants = variants
    }
  }

  static let kinds: [Kind] = [
    Kind(15, [Status.contacted, .new, .lost, .qualified].map(resmanOnly)),
    Kind(8, [Status.contacted, .new, .qualified, .tourScheduled, .lost].map(baseline)),
    Kind(8, unlogged), Kind(3, unbased), Kind(2, phantomOfDomIQ), Kind(2, phantomOfResMan),
    Kind(0.4, [phantomNobodyCanPush]), Kind(8, ahead), Kind(3, aheadByHops),
    Kind(2, aheadUnmet), Kind(2, limit: 12, aheadIntoTheEnd), Kind(2, regressed), Kind(8, moved),
    Kind(1.2, movedIrregularly), Kind(1.2, conflictPushed), Kind(1.2, conflictPulled),
    Kind(0.8, conflictForPeople), Kind(0.6, foreignInDomIQ), Kind(0.6, foreignInResMan),
    Kind(1.2, missing),
  ]

  private static func resmanOnly(_ status: Status) -> Scenario {
    Scenario(
      verdict: .resmanOnly, rule: 5, action: .none, agreed: status, isLogged: false,
      domiq: .absent)
  }

  private static func baseline(_ status: Status) -> Scenario {
    Scenario(verdict: .baseline, rule: 7, action: .log, agreed: status, isLogged: false)
  }

  private static let unlogged: [Scenario] = pairs(
    (.new, .contacted), (.contacted, .qualified), (.qualified, .tourScheduled),
    (.contacted, .lost), (.tourScheduled, .application)
  ) { base, now in
    Scenario(
      verdict: .unlogged, rule: 8, action: .log, agreed: base, domiq: .moved(now),
      resman: .moved(now))
  }

  private static let unbased: [Scenario] = pairs(
    (.new, .contacted), (.contacted, .qualified), (.contacted, .tourScheduled),
    (.qualified, .contacted), (.contacted, .lost), (.application, .tourScheduled)
  ) { resman, domiq in
    Scenario(
      verdict: .unbased, rule: 9, action: .review, agreed: resman, isLogged: false,
      domiq: .moved(domiq))
  }

  private static let phantomOfDomIQ: [Scenario] = pairs(
    (.contacted, .qualified), (.qualified, .tourScheduled), (.contacted, .lost),
    (.tourScheduled, .application), (.application, .leased)
  ) { before, base in
    Scenario(
      verdict: .phantom, rule: 10, action: .pull, agreed: base, via: before,
      domiq: .stuck(before))
  }

  private static let phantomOfResMan: [Scenario] = pairs(
    (.new, .contacted), (.contacted, .qualified), (.qualified, .tourScheduled),
    (.tourScheduled, .application)
  ) { before, base in
    Scenario(
      verdict: .phantom, rule: 13, action: .push, agreed: base, via: before,
      resman: .stuck(before))
  }

  /// The chatbot reopened a lost lead; ResMan never took it, and no transition leads out of lost.
  private static let phantomNobodyCanPush = Scenario(
    verdict: .phantom, rule: 13, action: .review, agreed: .contacted, via: .lost,
    resman: .stuck(.lost))

  private static let ahead: [Scenario] = pairs(
    (.new, .contacted), (.contacted, .qualified), (.qualified, .tourScheduled),
    (.contacted, .tourScheduled), (.tourScheduled, .application), (.new, .qualified), then: ahead)

  private static let aheadByHops: [Scenario] = pairs(
    (.new, .tourScheduled), (.contacted, .application), (.new, .application), then: ahead)

  private static let aheadIntoTheEnd: [Scenario] = pairs(
    (.contacted, .lost), (.application, .leased), (.tourScheduled, .leased),
    (.qualified, .lost), (.tourScheduled, .lost), then: ahead)

  private static func ahead(_ base: Status, _ domiq: Status) -> Scenario {
    Scenario(verdict: .domiqAhead, rule: 11, action: .push, agreed: base, domiq: .moved(domiq))
  }

  private static let aheadUnmet: [Scenario] = [
    unmet(.contacted, .qualified, .score), unmet(.contacted, .tourScheduled, .tourDatetime),
    unmet(.qualified, .application, .incomeVerification),
  ]

  private static func unmet(_ base: Status, _ domiq: Status, _ lack: Lack) -> Scenario {
    Scenario(
      verdict: .domiqAhead, rule: 11, action: .review, agreed: base, domiq: .moved(domiq),
      lack: lack)
  }

  private static let regressed: [Scenario] = pairs(
    (.qualified, .contacted), (.tourScheduled, .contacted), (.lost, .contacted),
    (.application, .qualified)
  ) { base, domiq in
    Scenario(
      verdict: .domiqRegressed, rule: 12, action: .review, agreed: base, domiq: .moved(domiq))
  }

  private static let moved: [Scenario] = pairs(
    (.contacted, .qualified), (.contacted, .lost), (.qualified, .tourScheduled),
    (.tourScheduled, .application), (.application, .leased), (.tourScheduled, .lost),
    (.new, .contacted), then: moved)

  private static let movedIrregularly: [Scenario] = pairs(
    (.qualified, .contacted), (.lost, .contacted), (.leased, .application),
    (.tourScheduled, .contacted), then: moved)

  private static func moved(_ base: Status, _ resman: Status) -> Scenario {
    Scenario(verdict: .resmanMoved, rule: 14, action: .pull, agreed: base, resman: .moved(resman))
  }

  private static let conflictPushed: [Scenario] = [
    conflict(.contacted, domiq: .tourScheduled, resman: .qualified, .push),
    conflict(.new, domiq: .qualified, resman: .contacted, .push),
    conflict(.qualified, domiq: .application, resman: .tourScheduled, .push),
  ]

  private static let conflictPulled: [Scenario] = [
    conflict(.contacted, domiq: .qualified, resman: .tourScheduled, .pull),
    conflict(.qualified, domiq: .tourScheduled, resman: .application, .pull),
    conflict(.tourScheduled, domiq: .application, resman: .leased, .pull),
  ]

  private static let conflictForPeople: [Scenario] = [
    conflict(.qualified, domiq: .tourScheduled, resman: .contacted, .review),
    conflict(.contacted, domiq: .tourScheduled, resman: .lost, .review),
    conflict(.contacted, domiq: .lost, resman: .qualified, .review),
  ]

  private static func conflict(
    _ base: Status, domiq: Status, resman: Status, _ action: Action
  ) -> Scenario {
    Scenario(
      verdict: .conflict, rule: 15, action: action, agreed: base, domiq: .moved(domiq),
      resman: .moved(resman))
  }

  private static let foreignInDomIQ = ["nurturing", "ghosted", "tour_booked?"].map { word in
    Scenario(
      verdict: .unmapped, rule: 3, action: .review, agreed: .contacted, domiq: .foreign(word))
  }

  private static let foreignInResMan = ["Prospect", "Applicant - on hold", "Notice"].map { word in
    Scenario(
      verdict: .unmapped, rule: 3, action: .review, agreed: .qualified, resman: .foreign(word))
  }

  private static let missing = [true, true, false].map { isLogged in
    Scenario(
      verdict: .missingInResman, rule: 4, action: .review, agreed: .contacted,
      isLogged: isLogged, resman: .absent)
  }

  private static func pairs(
    _ pairs: (Status, Status)..., then scenario: (Status, Status) -> Scenario
  ) -> [Scenario] {
    pairs.map { scenario($0.0, $0.1) }
  }
}

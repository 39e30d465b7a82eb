import Foundation
import Testing

import Leads

/// Every pair of kinds.
private func everyPair() throws -> [(resman: ResManKind, domiq: DomIQKind, lenses: Lenses)] {
  try ResManKind.allCases.flatMap { resman in
    try DomIQKind.allCases.map { domiq in
      (resman, domiq, try Lenses(resman: resman, domiq: domiq))
    }
  }
}

/// A case of the specification: base, DomIQ, ResMan, and the decision.
private struct LensCase: Sendable, CustomTestStringConvertible {
  var base: Status?
  var domiq: Status
  var resman: Status
  var verdict: Verdict
  var action: Action
  var target: Status?
  var hops: [Status] = []
  var domiqMoved: Bool?
  var testDescription: String {
    "\(base?.rawValue ?? "none") / \(domiq) / \(resman)\(domiqMoved == true ? " moved" : "")"
  }
}

/// The projections themselves.
@Suite struct LensTests {
  @Test func whatIsShownIsShownAsItIs() throws {
    for pair in try everyPair() {
      for lens in [pair.lenses.resman, pair.lenses.domiq] {
        for status in Status.allCases {
          guard let shown = lens.shown(status) else { continue }
          #expect(lens.shown(shown) == shown, "\(lens.name): \(status)")
          #expect(lens.shows(status) == (shown == status))
        }
      }
    }
  }

  @Test func theKindsShowWhatTheyCan() throws {
    let partner = try ResManKind.partner.lens()
    let database = try DomIQKind.database.lens()
    #expect(Status.allCases.filter { !partner.shows($0) } == [.qualified])
    #expect(partner.shown(.qualified) == .contacted)
    #expect(Status.allCases.filter { database.shown($0) == nil } == [.application, .leased, .lost])
    #expect(Status.allCases.filter { database.shows($0) }.count == 4)
    #expect(try ResManKind.statusAPI.lens() == Lenses.identity.resman)
    #expect(try DomIQKind.statusAPI.lens() == Lenses.identity.domiq)
    #expect(Status.allCases.allSatisfy(Lenses.identity.resman.shows))
    #expect(Status.allCases.allSatisfy { Lenses.identity.domiq.note(on: $0) == nil })
  }

  @Test func aProjectionThatIsNoneIsRefused() {
    #expect(throws: LensError(name: "X", status: .new, shown: .contacted)) {
      try Lens(name: "X", merging: [.new: .contacted, .contacted: .qualified])
    }
    #expect(throws: LensError(name: "X", status: .new, shown: .lost)) {
      try Lens(name: "X", merging: [.new: .lost], beyond: [.lost])
    }
    #expect(throws: LensError(name: "X", status: .lost, shown: .new)) {
      try Lens(name: "X", merging: [.lost: .new], beyond: [.lost])
    }
    let error = LensError(name: "X", status: .new, shown: .contacted)
    #expect(
      error.description == "X would show new as contacted, which it cannot show itself")
  }

  @Test func bothSidesMeanOneStatusOrTwo() throws {
    let lenses = try Lenses(resman: .partner, domiq: .database)
    #expect(lenses.agreed(domiq: .qualified, resman: .contacted) == .qualified)
    #expect(lenses.agreed(domiq: .contacted, resman: .contacted) == .contacted)
    #expect(lenses.agreed(domiq: .contacted, resman: .leased) == .leased)
    #expect(lenses.agreed(domiq: .qualified, resman: .new) == nil)
    #expect(lenses.agreed(domiq: .new, resman: .tourScheduled) == nil)
    for d in Status.allCases {
      for r in Status.allCases {
        #expect(Lenses.identity.agreed(domiq: d, resman: r) == (d == r ? d : nil))
      }
    }
  }
}

/// The rules through the lenses.
@Suite struct LensedRulesTests {
  private static let agreedAt = "2026-11-20T10:00:00Z"
  private static let later = "2026-11-21T10:00:00Z"

  /// A lead; the versions of a side are later than the agreement's where it is said to have changed.
  private static func state(
    _ base: Status?, domiq: Status, resman: Status, domiqChanged: Bool = true,
    resmanChanged: Bool = true, domiqMoved: Bool? = nil, resmanMoved: Bool? = nil,
    pushed: Bool = false
  ) -> LeadState {
    LeadState(
      base: base.map { Base(status: $0, domiqVersion: agreedAt, resmanVersion: agreedAt) },
      domiq: .seen(
        raw: domiq.rawValue, status: domiq, version: domiqChanged ? later : agreedAt),
      resman: .seen(
        raw: resman.rawValue, status: resman, version: resmanChanged ? later : agreedAt),
      pushedSinceCompletePull: pushed, domiqMoved: domiqMoved, resmanMoved: resmanMoved)
  }

  private static func partnerAndDatabase() throws -> Lenses {
    try Lenses(resman: .partner, domiq: .database)
  }

  /// Every state that two systems of these kinds can show, with every evidence.
  private static func everyState(_ lenses: Lenses) -> [LeadState] {
    var states: [LeadState] = []
    let bases: [Status?] = [nil] + Status.allCases
    for base in bases {
      for domiq in Status.allCases where lenses.domiq.shows(domiq) {
        for resman in Status.allCases where lenses.resman.shows(resman) {
          for domiqMoved in [nil, false, true] as [Bool?] {
            for flags in 0..<8 {
              states.append(
                state(
                  base, domiq: domiq, resman: resman, domiqChanged: flags & 1 != 0,
                  resmanChanged: flags & 2 != 0, domiqMoved: domiqMoved,
                  pushed: flags & 4 != 0))
            }
          }
        }
      }
    }
    return states
  }

  /// What is written can be shown; what cannot be seen to differ is no drift.
  @Test func onlyWhatASystemCanShowIsWritten() throws {
    var seen: Set<Action> = []
    for pair in try everyPair() {
      let lenses = pair.lenses
      for state in Self.everyState(lenses) {
        for way in ConflictPolicy.allCases {
          let decision = reconcile(
            state, policy: Policy(conflict: way, unbased: way), lenses: lenses)
          seen.insert(decision.action)
          guard case .seen(_, let d?, _) = state.domiq, case .seen(_, let r?, _) = state.resman
          else { continue }
          switch decision.action {
          case .push:
            let target = try #require(decision.target)
            #expect(decision.hops.last == lenses.resman.shown(target), "\(state)")
            #expect(decision.hops.last != r, "\(state)")
          case .pull:
            let target = try #require(decision.target)
            #expect(decision.hops == [lenses.domiq.shown(target)].compactMap { $0 }, "\(state)")
            #expect(decision.hops.last != d, "\(state)")
          case .log:
            // Both sides show what they can of it: nothing has to be written.
            let target = try #require(decision.target)
            #expect(lenses.resman.shown(target) ?? r == r, "\(state)")
            #expect(lenses.domiq.shown(target) ?? d == d, "\(state)")
            #expect(decision.hops.isEmpty)
          case .none, .review: #expect(decision.target == nil && decision.hops.isEmpty)
          }
        }
      }
    }
    #expect(seen == Set(Action.allCases))
  }

  /// Who pulls what was just pushed, and who pushes what was just pulled, changes nothing: after the decision was
  /// carried out the lead is in sync.
  @Test func aDecisionCarriedOutLeavesNothingToDo() throws {
    var carriedOut = 0
    for pair in try everyPair() {
      let lenses = pair.lenses
      for state in Self.everyState(lenses) {
        let decision = reconcile(state, policy: Policy(), lenses: lenses)
        guard let target = decision.target, case .seen(_, let d?, _) = state.domiq,
          case .seen(_, let r?, _) = state.resman
        else { continue }
        let pushed = decision.action == .push ? decision.hops.last ?? r : r
        let pulled = decision.action == .pull ? decision.hops.last ?? d : d
        let next = Self.state(target, domiq: pulled, resman: pushed, domiqMoved: false)
        let after = reconcile(next, policy: Policy(), lenses: lenses)
        // A phantom, or a lead that only one side moved, is the base's again; a pushed lead is DomIQ's.
        #expect(after.verdict == .inSync && after.action == .none, "\(state) \(decision)")
        carriedOut += 1
      }
    }
    #expect(carriedOut > 1_000)
  }

  /// Without a lens that merges, the decision is that of the rules without lenses.
  @Test func identityChangesNothing() throws {
    let lenses = try Lenses(resman: .statusAPI, domiq: .statusAPI)
    for state in Self.everyState(.identity) {
      for way in ConflictPolicy.allCases {
        let policy = Policy(conflict: way, unbased: way)
        let decision = reconcile(state, policy: policy, lenses: lenses)
        #expect(decision == reconcile(state, policy: policy))
      }
    }
  }

  @Test(arguments: [
    // A lead that DomIQ qualified and ResMan shows as contacted stays qualified, night after night.
    LensCase(
      base: .qualified, domiq: .qualified, resman: .contacted, verdict: .inSync, action: .none),
    LensCase(
      base: .contacted, domiq: .qualified, resman: .contacted, verdict: .unlogged, action: .log,
      target: .qualified),
    LensCase(
      base: .new, domiq: .qualified, resman: .new, verdict: .domiqAhead, action: .push,
      target: .qualified, hops: [.contacted]),
    LensCase(
      base: .new, domiq: .qualified, resman: .contacted, verdict: .unlogged, action: .log,
      target: .qualified),
    LensCase(
      base: nil, domiq: .qualified, resman: .contacted, verdict: .baseline, action: .log,
      target: .qualified),
    LensCase(base: nil, domiq: .qualified, resman: .new, verdict: .unbased, action: .review),
    // DomIQ fell back: a move that no transition allows is never taken for agreement.
    LensCase(
      base: .qualified, domiq: .contacted, resman: .contacted, verdict: .domiqRegressed,
      action: .review),
    LensCase(
      base: .qualified, domiq: .qualified, resman: .tourScheduled, verdict: .resmanMoved,
      action: .pull, target: .tourScheduled, hops: [.tourScheduled]),
    LensCase(
      base: .qualified, domiq: .tourScheduled, resman: .contacted, verdict: .domiqAhead,
      action: .push, target: .tourScheduled, hops: [.tourScheduled]),
    // What DomIQ's database cannot show.
    LensCase(
      base: .lost, domiq: .contacted, resman: .lost, verdict: .inSync, action: .none,
      domiqMoved: false),
    LensCase(base: .lost, domiq: .contacted, resman: .lost, verdict: .inSync, action: .none),
    LensCase(
      base: .contacted, domiq: .contacted, resman: .lost, verdict: .unlogged, action: .log,
      target: .lost),
    LensCase(
      base: .contacted, domiq: .tourScheduled, resman: .application, verdict: .unlogged,
      action: .log, target: .application),
    LensCase(
      base: nil, domiq: .new, resman: .leased, verdict: .baseline, action: .log, target: .leased),
    // The chat went on after the lead was lost: a person.
    LensCase(
      base: .lost, domiq: .tourScheduled, resman: .lost, verdict: .domiqRegressed,
      action: .review, domiqMoved: true),
    // Staff reactivated it.
    LensCase(
      base: .lost, domiq: .contacted, resman: .contacted, verdict: .unlogged, action: .log,
      target: .contacted),
    LensCase(
      base: .lost, domiq: .new, resman: .contacted, verdict: .resmanMoved, action: .pull,
      target: .contacted, hops: [.contacted]),
    // Both moved apart.
    LensCase(
      base: .new, domiq: .qualified, resman: .tourScheduled, verdict: .conflict, action: .pull,
      target: .tourScheduled, hops: [.tourScheduled]),
  ])
  private func vendors(_ given: LensCase) throws {
    let decision = reconcile(
      Self.state(
        given.base, domiq: given.domiq, resman: given.resman, domiqMoved: given.domiqMoved),
      policy: Policy(), lenses: try Self.partnerAndDatabase())
    #expect(decision.verdict == given.verdict)
    #expect(decision.action == given.action)
    #expect(decision.target == given.target)
    #expect(decision.hops == given.hops)
  }

  /// A phantom goes back to the base, as each side can show it.
  @Test func aPhantomGoesBackToTheBase() throws {
    let lenses = try Self.partnerAndDatabase()
    let pull = reconcile(
      Self.state(.qualified, domiq: .contacted, resman: .contacted, domiqChanged: false),
      policy: Policy(), lenses: lenses)
    #expect(pull.verdict == .phantom && pull.action == .pull)
    #expect(pull.target == .qualified && pull.hops == [.qualified])
    let push = reconcile(
      Self.state(.qualified, domiq: .qualified, resman: .new, resmanChanged: false),
      policy: Policy(), lenses: lenses)
    #expect(push.verdict == .phantom && push.action == .push)
    #expect(push.target == .qualified && push.hops == [.contacted])
  }

  /// A word that stands for a status which the kind cannot show is never compared.
  @Test func whatAKindCannotMeanIsAQuestion() throws {
    let lenses = try Self.partnerAndDatabase()
    let domiq = reconcile(
      Self.state(.lost, domiq: .lost, resman: .lost), policy: Policy(), lenses: lenses)
    #expect(domiq.verdict == .unmapped && domiq.action == .review)
    #expect(domiq.because == "\"lost\" stands for lost, which DomIQ's database cannot mean.")
    let resman = reconcile(
      Self.state(.qualified, domiq: .qualified, resman: .qualified), policy: Policy(),
      lenses: lenses)
    #expect(resman.verdict == .unmapped)
  }

  /// The reason names what a system cannot tell apart.
  @Test func theReasonNamesTheLens() throws {
    let lenses = try Self.partnerAndDatabase()
    let merged = Explanation(
      Self.state(.qualified, domiq: .qualified, resman: .contacted), policy: Policy(),
      lenses: lenses)
    #expect(
      merged.decision.because
        == "Neither side moved since qualified: DomIQ shows qualified, ResMan contacted. "
        + "ResMan's partner interface shows qualified as contacted.")
    let beyond = Explanation(
      Self.state(.contacted, domiq: .contacted, resman: .lost), policy: Policy(), lenses: lenses)
    #expect(
      beyond.decision.because
        == "Staff moved it from contacted to lost in ResMan. DomIQ shows contacted, so that there "
        + "is nothing to write to it. DomIQ's database cannot show lost.")
  }

  /// The whole table of the default policies for each pair of kinds, as a golden file.
  @Test func theTablesOfTheVendors() throws {
    var table = ""
    for pair in try everyPair() where pair.lenses != .identity {
      for base in ["none"] + Status.allCases.map(\.rawValue) {
        for d in Status.allCases where pair.lenses.domiq.shows(d) {
          for r in Status.allCases where pair.lenses.resman.shows(r) {
            for flags in 0..<4 {
              let given = Self.state(
                Status(rawValue: base), domiq: d, resman: r, domiqChanged: flags & 1 == 0,
                resmanChanged: flags & 2 == 0)
              let decision = reconcile(given, policy: Policy(), lenses: pair.lenses)
              let hops = decision.hops.map(\.rawValue).joined(separator: ">")
              table +=
                "\(pair.resman.rawValue) \(pair.domiq.rawValue) \(base) \(d.rawValue) "
                + "\(r.rawValue) \(flags): \(decision.rule) \(decision.verdict.rawValue) "
                + "\(decision.action.rawValue) \(decision.target?.rawValue ?? "-") \(hops)\n"
            }
          }
        }
      }
    }
    try expectGolden(table, "lenses.txt")
  }
}

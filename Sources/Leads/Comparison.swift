/// Rules 6 to 15: both sides are seen and mapped. Whether a side moved, and whether both agree, is asked through
/// the lenses: what a system cannot tell apart is no difference.
struct Comparison {
  let state: LeadState
  let policy: Policy
  let lenses: Lenses
  let d: Status
  let r: Status

  var decision: Decision {
    var decision = compared
    for note in lenses.notes(on: [state.base?.status, d, r].compactMap { $0 }) {
      decision.because += " \(note)"
    }
    return decision
  }

  private var compared: Decision {
    guard let base = state.base else { return unbased }
    let b = base.status
    // DomIQ, ResMan.
    switch (hasDomIQMoved(b), hasResManMoved(b)) {
    case (false, false):
      let isPlain = d == b && r == b
      return Decision(
        verdict: .inSync, rule: 6, action: .none,
        because: isPlain
          ? "Both sides and the log say \(b.rawValue)."
          : "Neither side moved since \(b.rawValue): DomIQ shows \(d.rawValue), ResMan "
            + "\(r.rawValue).")
    case (true, false): return domiqMoved(base)
    case (false, true): return resmanMoved(base)
    case (true, true):
      if let both = lenses.agreed(domiq: d, resman: r) {
        return log(
          both, .unlogged, rule: 8,
          because: "Both sides moved from \(b.rawValue) to \(both.rawValue) without the log.")
      }
      return follow(
        policy.conflict, verdict: .conflict, rule: 15,
        because: "Last agreed on \(b.rawValue); DomIQ says \(d.rawValue), ResMan \(r.rawValue).")
    }
  }

  private func hasResManMoved(_ b: Status) -> Bool {
    lenses.resman.shown(b).map { r != $0 } ?? (state.resmanMoved == true)
  }

  /// Where DomIQ cannot show the base, it moved if it shows something else than when it last agreed.
  private func hasDomIQMoved(_ b: Status) -> Bool {
    lenses.domiq.shown(b).map { d != $0 } ?? (state.domiqMoved == true)
  }

  private var unbased: Decision {
    if let both = lenses.agreed(domiq: d, resman: r) {
      return log(
        both, .baseline, rule: 7,
        because: "Both sides say \(both.rawValue), and the log does not know it yet.")
    }
    return follow(
      policy.unbased, verdict: .unbased, rule: 9,
      because:
        "DomIQ says \(d.rawValue), ResMan \(r.rawValue); they have never agreed before, so "
        + "there is nothing to compare with.")
  }

  /// DomIQ's status changed, or DomIQ never got the logged change.
  private func domiqMoved(_ base: Base) -> Decision {
    let b = base.status
    if state.domiqEvidence.isProvenUnchanged {
      return pull(
        b, .phantom, rule: 10,
        because: "Our log says DomIQ was set to \(b.rawValue); DomIQ still shows \(d.rawValue).")
    }
    let isUnclear = !base.isBridged && state.domiqEvidence.isUnclear
    let unclear =
      "DomIQ still says \(d.rawValue), as before \(b.rawValue) was logged; "
      + "its versions do not tell whether it moved."
    guard b.reaches(d) else {
      return Decision(
        verdict: .domiqRegressed, rule: 12, action: .review,
        because: isUnclear
          ? unclear
          : "DomIQ moved from \(b.rawValue) to \(d.rawValue), which no transition allows.")
    }
    guard !isUnclear else {
      return Decision(verdict: .domiqAhead, rule: 11, action: .review, because: unclear)
    }
    guard let written = lenses.resman.shown(d), written != r else {
      return log(
        d, .unlogged, rule: 8,
        because: "DomIQ moved on from \(b.rawValue) to \(d.rawValue); ResMan shows "
          + "\(r.rawValue), so that there is nothing to write to it.")
    }
    return push(
      d, .domiqAhead, rule: 11,
      because: base.isBridged
        ? "An earlier push came as far as \(b.rawValue); DomIQ says \(d.rawValue)."
        : "DomIQ moved on from \(b.rawValue) to \(d.rawValue); ResMan did not move.")
  }

  /// ResMan's status changed, or ResMan never got the logged change.
  private func resmanMoved(_ base: Base) -> Decision {
    let b = base.status
    if state.resmanEvidence.isProvenUnchanged {
      return push(
        b, .phantom, rule: 13,
        because: "Our log says ResMan was set to \(b.rawValue); ResMan still shows \(r.rawValue).")
    }
    let because = "Staff moved it from \(b.rawValue) to \(r.rawValue) in ResMan."
    let evidence = state.resmanEvidence
    if evidence.isNewer != true, state.pushedSinceCompletePull || evidence.isUnclear {
      return Decision(
        verdict: .resmanMoved, rule: 14, action: .review, irregular: b.isIrregularMove(to: r),
        because: because + " Without versions this might undo a push of ours.")
    }
    guard let written = lenses.domiq.shown(r), written != d else {
      return log(
        r, .unlogged, rule: 8,
        because: because
          + " DomIQ shows \(d.rawValue), so that there is nothing to write to it.")
    }
    return pull(r, .resmanMoved, rule: 14, because: because)
  }

  private func follow(
    _ way: ConflictPolicy, verdict: Verdict, rule: Int, because: String
  ) -> Decision {
    let review = Decision(verdict: verdict, rule: rule, action: .review, because: because)
    switch way {
    case .review: return review
    case .resman: return pull(r, verdict, rule: rule, because: because)
    case .domiq: return r.reaches(d) ? push(d, verdict, rule: rule, because: because) : review
    case .forward:
      if let b = state.base?.status, verdict == .conflict, !b.reaches(d) || !b.reaches(r) {
        var backwards = review
        backwards.because += " Somebody moved it backwards on purpose."
        return backwards
      }
      if d != .lost, r.reaches(d) { return push(d, verdict, rule: rule, because: because) }
      if r != .lost, d.reaches(r) { return pull(r, verdict, rule: rule, because: because) }
      return review
    }
  }

  private func log(
    _ status: Status, _ verdict: Verdict, rule: Int, because: String
  ) -> Decision {
    Decision(verdict: verdict, rule: rule, action: .log, target: status, because: because)
  }

  /// A pull of what DomIQ can show of a status.
  private func pull(
    _ status: Status, _ verdict: Verdict, rule: Int, because: String
  ) -> Decision {
    Decision(
      verdict: verdict, rule: rule, action: .pull, target: status,
      hops: [lenses.domiq.shown(status) ?? status],
      irregular: state.base?.status.isIrregularMove(to: status) ?? false, because: because)
  }

  /// A push of what ResMan can show of a status, along the shortest path; a question for a person where conditions
  /// block it or no transition leads there.
  private func push(
    _ status: Status, _ verdict: Verdict, rule: Int, because: String
  ) -> Decision {
    switch Route.shortest(
      from: r, to: lenses.resman.shown(status) ?? status, facts: state.facts)
    {
    case .hops(let hops):
      return Decision(
        verdict: verdict, rule: rule, action: .push, target: status, hops: hops, because: because)
    case .unmet(let conditions):
      return Decision(
        verdict: verdict, rule: rule, action: .review, unmet: conditions, because: because)
    case .unreachable:
      return Decision(verdict: verdict, rule: rule, action: .review, because: because)
    }
  }
}

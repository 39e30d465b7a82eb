/// Rules 6 to 15: both sides are seen and mapped.
struct Comparison {
  let state: LeadState
  let policy: Policy
  let d: Status
  let r: Status

  var decision: Decision {
    if d == r { return agreement }
    guard let base = state.base else {
      return follow(
        policy.unbased, verdict: .unbased, rule: 9,
        because:
          "DomIQ says \(d.rawValue), ResMan \(r.rawValue); they have never agreed before, so "
          + "there is nothing to compare with.")
    }
    let b = base.status
    if b == r { return domiqMoved(base) }
    if b == d { return resmanMoved(base) }
    return follow(
      policy.conflict, verdict: .conflict, rule: 15,
      because: "Last agreed on \(b.rawValue); DomIQ says \(d.rawValue), ResMan \(r.rawValue).")
  }

  private var agreement: Decision {
    guard let base = state.base?.status else {
      return Decision(
        verdict: .baseline, rule: 7, action: .log, target: r,
        because: "Both sides say \(r.rawValue), and the log does not know it yet.")
    }
    guard base == r else {
      return Decision(
        verdict: .unlogged, rule: 8, action: .log, target: r,
        because: "Both sides moved from \(base.rawValue) to \(r.rawValue) without the log.")
    }
    return Decision(
      verdict: .inSync, rule: 6, action: .none,
      because: "Both sides and the log say \(r.rawValue).")
  }

  /// b = r: DomIQ's status changed, or DomIQ never got the logged change.
  private func domiqMoved(_ base: Base) -> Decision {
    if state.domiqEvidence.isProvenUnchanged {
      return pull(
        .phantom, rule: 10,
        because: "Our log says DomIQ was set to \(r.rawValue); DomIQ still shows \(d.rawValue).")
    }
    guard r.reaches(d) else {
      return Decision(
        verdict: .domiqRegressed, rule: 12, action: .review,
        because: "DomIQ moved from \(r.rawValue) to \(d.rawValue), which no transition allows.")
    }
    guard base.isBridged || !state.domiqEvidence.isUnclear else {
      return Decision(
        verdict: .domiqAhead, rule: 11, action: .review,
        because: "DomIQ still says \(d.rawValue), as before \(r.rawValue) was logged; "
          + "its versions do not tell whether it moved.")
    }
    return push(
      .domiqAhead, rule: 11,
      because: base.isBridged
        ? "An earlier push came as far as \(r.rawValue); DomIQ says \(d.rawValue)."
        : "DomIQ moved on from \(r.rawValue) to \(d.rawValue); ResMan did not move.")
  }

  /// b = d: ResMan's status changed, or ResMan never got the logged change.
  private func resmanMoved(_ base: Base) -> Decision {
    if state.resmanEvidence.isProvenUnchanged {
      let because =
        "Our log says ResMan was set to \(d.rawValue); ResMan still shows \(r.rawValue)."
      guard r.reaches(d) else {
        return Decision(verdict: .phantom, rule: 13, action: .review, because: because)
      }
      return push(.phantom, rule: 13, because: because)
    }
    let irregular = d.isIrregularMove(to: r)
    let because = "Staff moved it from \(d.rawValue) to \(r.rawValue) in ResMan."
    let evidence = state.resmanEvidence
    if evidence.isNewer != true, state.pushedSinceCompletePull || evidence.isUnclear {
      return Decision(
        verdict: .resmanMoved, rule: 14, action: .review, irregular: irregular,
        because: because + " Without versions this might undo a push of ours.")
    }
    return pull(.resmanMoved, rule: 14, because: because)
  }

  private func follow(
    _ way: ConflictPolicy, verdict: Verdict, rule: Int, because: String
  ) -> Decision {
    let review = Decision(verdict: verdict, rule: rule, action: .review, because: because)
    switch way {
    case .review: return review
    case .resman: return pull(verdict, rule: rule, because: because)
    case .domiq: return r.reaches(d) ? push(verdict, rule: rule, because: because) : review
    case .forward:
      if let b = state.base?.status, verdict == .conflict, !b.reaches(d) || !b.reaches(r) {
        var backwards = review
        backwards.because += " Somebody moved it backwards on purpose."
        return backwards
      }
      if d != .lost, r.reaches(d) { return push(verdict, rule: rule, because: because) }
      if r != .lost, d.reaches(r) { return pull(verdict, rule: rule, because: because) }
      return review
    }
  }

  private func pull(_ verdict: Verdict, rule: Int, because: String) -> Decision {
    Decision(
      verdict: verdict, rule: rule, action: .pull, target: r, hops: [r],
      irregular: state.base?.status.isIrregularMove(to: r) ?? false, because: because)
  }

  /// A push along the shortest path; a question for a person where conditions block it.
  private func push(_ verdict: Verdict, rule: Int, because: String) -> Decision {
    switch Route.shortest(from: r, to: d, facts: state.facts) {
    case .hops(let hops):
      return Decision(
        verdict: verdict, rule: rule, action: .push, target: d, hops: hops, because: because)
    case .unmet(let conditions):
      return Decision(
        verdict: verdict, rule: rule, action: .review, unmet: conditions, because: because)
    case .unreachable:
      return Decision(verdict: verdict, rule: rule, action: .review, because: because)
    }
  }
}

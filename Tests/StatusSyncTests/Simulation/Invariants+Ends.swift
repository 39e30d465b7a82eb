import Foundation
import Leads

/// Invariant 22 of docs/reliability.md: faults change when, never what.
extension SimulatedWorld {
  /// The end state of one lead: both systems, their last agreement, and the changes that took effect.
  private struct End: Equatable, CustomStringConvertible {
    var domiq: Status?
    var resman: Status?
    var base: Status?
    var changes: [String]
    var isAsked: Bool

    var description: String {
      "\(domiq?.rawValue ?? "-") in DomIQ, \(resman?.rawValue ?? "-") in ResMan, base "
        + "\(base?.rawValue ?? "-"), \(isAsked ? "asked, " : "")\(changes)"
    }
  }

  private func ends() throws -> [String: End] {
    var ends: [String: End] = [:]
    let log = Dictionary(grouping: try tables.log(), by: \.lead)
    let questions = Set(try tables.questions())
    for lead in Set(truth.domiq.keys).union(truth.resman.keys) {
      let changes = (log[lead] ?? []).filter { $0.status == "success" }
      ends[lead] = End(
        domiq: truth.domiq[lead].flatMap { StatusMapping.standard.canonical(domiq: $0.raw) },
        resman: truth.resman[lead].flatMap { StatusMapping.standard.canonical(resman: $0.raw) },
        base: changes.last?.new,
        changes: changes.map { row in
          "\(row.old?.rawValue ?? "none")>\(row.new.rawValue) \(row.direction.rawValue) "
            + "\(row.updatedBy.rawValue)\(row.isBridged ? " bridged" : "")"
            + "\(row.isIrregular ? " irregular" : "")"
        },
        isAsked: questions.contains(lead))
    }
    return ends
  }

  /// Leads that nobody edited, about which no server gave false answers, and that were not parked end as in
  /// the night without faults.
  func checkEnds(against twin: SimulatedWorld) throws {
    guard twin.violations.isEmpty else {
      return violations.append("the night without faults: \(twin.violations)")
    }
    let liedAbout = Set(truth.liedAbout.compactMap { changes[$0]?.leadID })
    let aside = truth.edited.union(liedAbout).union(parked).union(twin.parked)
    let (ours, theirs) = (try ends(), try twin.ends())
    for (lead, end) in ours.sorted(by: { $0.key < $1.key }) where !aside.contains(lead) {
      reach("compared with the night without faults")
      if lead == "L-steps" { reach("several steps compared") }
      guard let right = theirs[lead], right != end else { continue }
      violations.append("invariant 22: \(lead) ended as \(end); without faults: \(right)")
    }
  }

  /// Checked when a change of ours takes effect. It may not set a side back to the status from which that
  /// side's own people had just moved it. Exceptions: the other side's people chose that status, or moved the
  /// lead later, or the move only went back to the agreed status. Without ResMan's history, staff who undid a
  /// change whose answer was lost cannot be detected.
  func checkUndoing(_ effect: Effect) {
    let before = truth.effects.dropLast().filter { $0.lead == effect.lead && !$0.isLie }
    guard let index = before.lastIndex(where: { $0.system == effect.system }),
      before[index].intent == nil,
      canonical(before[index].from, of: effect.system) == canonical(effect.to, of: effect.system)
    else { return }
    let other: System = effect.system == .resman ? .domiq : .resman
    let isTheirs = before.indices.contains {
      before[$0].system == other && before[$0].intent == nil
        && ($0 > index
          || canonical(before[$0].to, of: other) == canonical(effect.to, of: effect.system))
    }
    let agreed = (try? tables.log())?.last { $0.lead == effect.lead && $0.status == "success" }?.new
    let isTold =
      effect.system == .domiq || profile.offersHistory && !profile.historyIsShort
    guard !isTheirs, isTold, canonical(before[index].to, of: effect.system) != agreed else {
      return
    }
    violations.append(
      "invariant 22: \(effect.lead) was set back from \(before[index].to) to \(effect.to) in "
        + effect.system.rawValue)
  }

  private func canonical(_ raw: String, of system: System) -> Status? {
    system == .resman
      ? StatusMapping.standard.canonical(resman: raw)
      : StatusMapping.standard.canonical(domiq: raw)
  }
}

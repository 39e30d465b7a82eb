import Foundation
import Leads
import Postgres
import StandIns
import Testing

extension ProcessHarness {
  /// The first push of several steps in the demo data, and the statuses of its steps.
  func severalSteps() throws -> (lead: String, from: Status, to: Status) {
    for lead in leads(.push) {
      guard let ends = ends(of: lead, action: .push), let from = start(of: lead, .resman),
        let to = ends.resman, !from.allows(to)
      else { continue }
      return (lead, from, to)
    }
    throw ProcessHarnessError("no lead of this world needs several steps")
  }

  /// Invariant 22: faults change when, never what. Every lead that nobody edited ends with the status that
  /// the demo data was made for, whatever fault occurred.
  func checkEnds(
    exempt: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let edited = Set(
      standIns.ledger.reading.effects.filter { $0.cause == .edit }.compactMap(\.lead))
    let parked = Set(
      try await rows("select resman_lead_id from review_item where verdict = 'flapping'")
        .map { try $0["resman_lead_id"] as String })
    let aside = exempt.union(edited).union(parked)
    let bases = Dictionary(
      try await rows("select resman_lead_id, base from lead").map { row in
        (try row["resman_lead_id"] as String, try row["base"] as String?)
      }, uniquingKeysWith: { $1 })
    var compared = 0
    for judgement in world.judgements where !aside.contains(judgement.leadID) {
      let lead = judgement.leadID
      guard let right = ends(of: lead, action: judgement.action) else { continue }
      let domiq = standIns.domiq.lead(resman: lead)
        .flatMap { StatusMapping.standard.canonical(domiq: $0.status) }
      let resman = standIns.resman.lead(lead)
        .flatMap { StatusMapping.standard.canonical(resman: $0.status) }
      #expect(domiq == right.domiq, "\(lead) in DomIQ", sourceLocation: sourceLocation)
      #expect(resman == right.resman, "\(lead) in ResMan", sourceLocation: sourceLocation)
      if judgement.action == .push || judgement.action == .pull {
        compared += 1
        let base = bases[lead] ?? nil
        #expect(base == right.resman?.rawValue, "\(lead)", sourceLocation: sourceLocation)
      }
    }
    #expect(compared > 0, sourceLocation: sourceLocation)
  }

  private func ends(of lead: String, action: Action) -> (domiq: Status?, resman: Status?)? {
    let (domiq, resman) = (start(of: lead, .domiq), start(of: lead, .resman))
    return switch action {
    case .push: (domiq, domiq)
    case .pull: (resman, resman)
    case .none, .log, .review: (domiq, resman)
    }
  }

  /// The status of one side of a lead at the start; the latest conversation gives the one of DomIQ.
  private func start(of lead: String, _ system: StandInSystem) -> Status? {
    switch system {
    case .resman:
      world.resman.first { $0.id == lead }
        .flatMap { StatusMapping.standard.canonical(resman: $0.status) }
    case .domiq:
      world.domiq.filter { $0.resmanLeadID == lead }.max { $0.updatedAt < $1.updatedAt }
        .flatMap { StatusMapping.standard.canonical(domiq: $0.status) }
    }
  }
}

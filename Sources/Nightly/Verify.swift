import Foundation
import Leads
import Store
import Upstreams

/// Stage 8: the written leads are read again; a lead counts as repaired only if both sides agree.
package struct Verify: Sendable {
  let drift: any DriftRows
  package let resman: any ResManAPI
  package let domiq: any DomIQAPI
  package let mapping: StatusMapping

  /// The outcome of a lead whose writes were acknowledged.
  package func run(_ lead: PlannedLead) async throws -> (Outcome, String?) {
    async let resmanAnswer = resman.read(lead.resmanLeadID, at: lead.propertyID)
    let domiqAnswer: ReadAnswer =
      if let id = lead.conversationID {
        await domiq.read(id, of: lead.resmanLeadID)
      } else {
        .missing
      }
    switch (await resmanAnswer, domiqAnswer) {
    case (.found(let r), .found(let d)):
      let statuses = (mapping.canonical(resman: r.raw), mapping.canonical(domiq: d.raw))
      try await drift.saw(
        SeenPair(
          domiqRaw: d.raw, domiq: statuses.1, domiqVersion: d.version, resmanRaw: r.raw,
          resman: statuses.0, resmanVersion: r.version),
        lead: lead.resmanLeadID)
      // Both agree if each shows what it can show of the target.
      guard let target = lead.target, statuses.0 == mapping.lenses.resman.shown(target),
        mapping.lenses.domiq.shown(target).map({ $0 == statuses.1 }) ?? true
      else {
        return (.failed, "acknowledged but not held: \(r.raw) in ResMan, \(d.raw) in DomIQ")
      }
      return (.verified, nil)
    case (.failed(let failure), _), (_, .failed(let failure)):
      return (.failed, "acknowledged, but could not be read back: \(failure.label)")
    default: return (.failed, "acknowledged, but one side does not have it any more")
    }
  }
}

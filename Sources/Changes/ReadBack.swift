import Foundation
import Leads
import Upstreams

/// What reading back shows about a change with an uncertain outcome.
package enum Finding: Sendable, Equatable {
  /// Evidence is `history` (it has the intent's id) or `value_match`; `shown` is the lead now, which after `history` may
  /// have another status.
  case applied(evidence: Evidence, version: String?, shown: LeadSnapshot)
  /// The lead has the old status; `certain` where a complete history does not have the intent.
  case notApplied(certain: Bool)
  /// The lead has a third status: somebody changed it since, or an earlier change had no effect.
  case superseded(LeadSnapshot)
  /// Two answers of 404, or about another lead: there is no lead of this id any more.
  case missing
  /// It could not be read, or two reads differ: nothing is known yet.
  case unreadable(String)
}

/// Resolves uncertain outcomes by reading back: two equal reads, and ResMan's history where it has one
/// (docs/reliability.md#settling). Never sends.
package struct ReadBack: Sendable {
  package let resman: any ResManAPI
  package let domiq: any DomIQAPI
  package let mapping: StatusMapping

  /// One change of one lead.
  package struct Change: Sendable {
    package var side: System
    package var lead: String
    /// Where the lead is said to be; null: not known.
    package var property: UUID?
    package var conversation: UUID?
    package var intent: UUID
    package var old: Status?
    package var new: Status

    package init(
      side: System, lead: String, property: UUID?, conversation: UUID?, intent: UUID, old: Status?,
      new: Status
    ) {
      self.side = side
      self.lead = lead
      self.property = property
      self.conversation = conversation
      self.intent = intent
      self.old = old
      self.new = new
    }
  }

  /// Looks at one change of one lead.
  package func look(at change: Change) async -> Finding {
    let side = change.side
    // A change is there if the system shows what it can show of it.
    let lens = side == .resman ? mapping.lenses.resman : mapping.lenses.domiq
    let (old, new) = (change.old.flatMap(lens.shown), lens.shown(change.new))
    let first = await read(change)
    let second = await read(change)
    guard case .success(let one) = first, case .success(let two) = second else {
      if case .failure(let reason) = first { return .unreadable(reason.text) }
      if case .failure(let reason) = second { return .unreadable(reason.text) }
      return .unreadable("not read")
    }
    guard let one, let two else {
      return one == nil && two == nil ? .missing : .unreadable("two reads differ")
    }
    guard one.raw == two.raw, one.version == two.version else {
      return .unreadable("two reads differ")
    }
    let value =
      side == .resman
      ? mapping.canonical(resman: two.raw) : mapping.canonical(domiq: two.raw)
    let trace = side == .resman ? await trace(of: change) : .untold
    switch trace {
    case .found(let when):
      return .applied(
        evidence: .history, version: value == new ? two.version : when, shown: two)
    case _ where value != nil && value == new:
      return .applied(evidence: .valueMatch, version: two.version, shown: two)
    case .unreadable(let reason): return .unreadable(reason)
    case .absent where value == old: return .notApplied(certain: true)
    case .untold where value == old: return .notApplied(certain: false)
    case .absent, .untold: return .superseded(two)
    }
  }

  private struct Unreadable: Error { let text: String }

  private func read(_ change: Change) async -> Result<LeadSnapshot?, Unreadable> {
    let answer: ReadAnswer
    let lead = change.lead
    switch change.side {
    case .resman: answer = await resman.read(lead, at: change.property)
    case .domiq:
      guard let conversation = change.conversation else {
        return .failure(Unreadable(text: "conversation not known"))
      }
      answer = await domiq.read(conversation, of: lead)
    }
    switch answer {
    case .found(let snapshot): return .success(snapshot)
    case .missing, .another: return .success(nil)
    case .notOffered: return .failure(Unreadable(text: "single reads are not offered"))
    case .failed(let failure): return .failure(Unreadable(text: failure.label))
    }
  }

  /// What ResMan's history has about an intent.
  private enum Trace {
    /// It has the intent; with the time as ResMan printed it, where that is a time.
    case found(String?)
    /// The history is complete and does not have the intent.
    case absent
    /// ResMan offers no history, or an incomplete one.
    case untold
    /// The history could not be read this time.
    case unreadable(String)
  }

  private func trace(of change: Change) async -> Trace {
    switch await resman.history(of: change.lead, at: change.property, limit: 100) {
    case .entries(let entries, let isComplete):
      let id = change.intent.uuidString.lowercased()
      if let entry = entries.first(where: { $0.mentions(id) }) {
        return .found(entry.createdAt.flatMap { Instant(iso8601: $0) == nil ? nil : $0 })
      }
      return isComplete ? .absent : .untold
    case .notOffered: return .untold
    case .failed(let failure): return failure.mayPass ? .unreadable(failure.label) : .untold
    }
  }
}

import Foundation
import Leads
import Synchronization

/// ResMan: its leads, its rules, and what it answered to which key.
///
/// A class with one lock: all of it is memory, and no request holds the lock for longer than it
/// takes to write one page.
package final class ResMan: Sendable {
  /// What ResMan holds, as it can be kept in a file.
  package struct State: Codable, Sendable {
    package var properties: [PropertyRecord]
    package var leads: [ResManLead]
    var remembered: [String: Remembered] = [:]
  }

  /// The first answer to a key, and the request it was given to.
  struct Remembered: Codable, Sendable, Equatable {
    var request: String
    var answer: Answer
  }

  struct Memory {
    var leads: Table<ResManLead>
    var remembered: [String: Remembered]
  }

  let properties: [PropertyRecord]
  let memory: Mutex<Memory>
  let ledger: Ledger
  let switches: CurrentCapabilities
  let clock: @Sendable () -> Int64

  init(
    _ state: State, ledger: Ledger, switches: CurrentCapabilities,
    clock: @escaping @Sendable () -> Int64
  ) {
    properties = state.properties
    memory = Mutex(Memory(leads: Table(state.leads), remembered: state.remembered))
    self.ledger = ledger
    self.switches = switches
    self.clock = clock
  }

  /// Everything ResMan holds now.
  package var state: State {
    memory.withLock {
      State(properties: properties, leads: $0.leads.records, remembered: $0.remembered)
    }
  }

  /// One lead as it is now, or nil.
  package func lead(_ id: String) -> ResManLead? { memory.withLock { $0.leads[id] } }

  /// Adds a lead, or replaces the one with its id; neither ledger nor version take notice.
  package func put(_ lead: ResManLead) { memory.withLock { $0.leads.insert(lead) } }

  /// Staff change a lead. False if there is no such lead.
  package func edit(_ edit: Edit) -> Bool {
    guard let id = edit.lead else { return false }
    return memory.withLock { memory in
      memory.leads.change(id) { lead in
        let old = lead.status
        lead.apply(edit)
        lead.touch(clock())
        if let status = edit.status, status != old {
          lead.history.append(
            HistoryEntry(
              id: UUID(), oldStatus: old, newStatus: status, reason: nil,
              updatedBy: edit.by ?? Author.resmanUser.rawValue, context: nil,
              createdAt: lead.updatedAt))
        }
        ledger.took(
          Ledger.Effect(
            seq: 0, arrival: nil, system: .resman, cause: .edit, lead: id, conversation: nil,
            from: old, to: lead.status, key: nil, version: lead.version))
        return true
      } ?? false
    }
  }
}

extension ResManLead {
  /// The entity tag of this version of the record.
  var etag: String { "\"\(updatedAt)\"" }

  /// Moves the version on, to the clock's time or past the version it has.
  mutating func touch(_ now: Int64) { updatedAt = max(now, updatedAt + 1) }

  mutating func apply(_ edit: Edit) {
    if let status = edit.status { self.status = status }
    if let score = edit.leadScore { leadScore = score }
    if let text = edit.email { email = text.isEmpty ? nil : text }
    if let text = edit.phone { phone = text.isEmpty ? nil : text }
    if let text = edit.tourDatetime { tourDatetime = text.isEmpty ? nil : text }
    if let verified = edit.incomeVerification { incomeVerification = verified }
  }
}

import Foundation
import Leads
import Synchronization

/// DomIQ: its conversations, and the webhooks it accepted.
package final class DomIQ: Sendable {
  /// What DomIQ holds, as it can be kept in a file.
  package struct State: Codable, Sendable {
    package var leads: [DomIQLead]
    /// Webhook ids accepted, with the answer given.
    var accepted: [String: Answer] = [:]
  }

  struct Memory {
    var leads: Table<DomIQLead>
    /// Conversations of a ResMan lead.
    var byLead: [String: [String]]
    var accepted: [String: Answer]
  }

  let memory: Mutex<Memory>
  let ledger: Ledger
  let switches: CurrentCapabilities
  let secret: String
  let clock: @Sendable () -> Int64

  init(
    _ state: State, secret: String, ledger: Ledger, switches: CurrentCapabilities,
    clock: @escaping @Sendable () -> Int64
  ) {
    var byLead: [String: [String]] = [:]
    for lead in state.leads {
      guard let id = lead.resmanLeadID else { continue }
      byLead[id, default: []].append(lead.key)
    }
    memory = Mutex(Memory(leads: Table(state.leads), byLead: byLead, accepted: state.accepted))
    self.ledger = ledger
    self.switches = switches
    self.secret = secret
    self.clock = clock
  }

  /// Everything DomIQ holds now.
  package var state: State {
    memory.withLock { State(leads: $0.leads.records, accepted: $0.accepted) }
  }

  /// One conversation as it is now, or nil.
  package func lead(conversation: UUID) -> DomIQLead? {
    memory.withLock { $0.leads[uuidText(conversation)] }
  }

  /// The conversation with the latest activity of a ResMan lead, or nil.
  package func lead(resman id: String) -> DomIQLead? {
    memory.withLock { memory in memory.speaker(for: id).flatMap { memory.leads[$0] } }
  }

  /// Adds a conversation, or replaces the one with its id; neither ledger nor version take notice.
  package func put(_ lead: DomIQLead) {
    memory.withLock { memory in
      let isNew = memory.leads[lead.key] == nil
      memory.leads.insert(lead)
      guard isNew, let id = lead.resmanLeadID else { return }
      memory.byLead[id, default: []].append(lead.key)
    }
  }

  /// The chatbot changes a conversation. False if there is no such conversation.
  package func edit(_ edit: Edit) -> Bool {
    memory.withLock { memory in
      let named = edit.conversation?.lowercased()
      guard let key = named ?? edit.lead.flatMap({ memory.speaker(for: $0) }) else { return false }
      return memory.leads.change(key) { lead in
        let old = lead.status
        lead.apply(edit)
        lead.touch(clock())
        ledger.took(lead.effect(.edit, from: old, arrival: nil, key: nil))
        return true
      } ?? false
    }
  }
}

extension DomIQ.Memory {
  /// The key of a lead's current conversation: the one with the latest activity.
  func speaker(for id: String) -> String? {
    byLead[id]?.max { left, right in
      (leads[left]?.updatedAt ?? 0, left) < (leads[right]?.updatedAt ?? 0, right)
    }
  }
}

extension DomIQLead {
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

  func effect(
    _ cause: Ledger.Effect.Cause, from old: String, arrival: Int?, key: String?
  ) -> Ledger.Effect {
    Ledger.Effect(
      seq: 0, arrival: arrival, system: .domiq, cause: cause, lead: resmanLeadID,
      conversation: self.key, from: old, to: status, key: key, version: version)
  }

  func write(to text: inout JSONBody, _ wrong: Fault.Malformation?) {
    text.object { text in
      text.member("conversation_id", wrong == .nullID ? nil : key)
      text.member("resman_lead_id", resmanLeadID)
      text.member("property_id", uuidText(propertyID))
      text.status(status, wrong)
      text.version(version, wrong)
      text.member("created_at", domiqVersion(createdAt))
      text.member("lead_name", name)
      text.member("email", email)
      text.member("phone", phone)
      text.member("lead_score", number: leadScore)
      text.member("message_count", messageCount)
      text.member("conversation_duration", conversationDuration)
      text.member("tour_datetime", tourDatetime)
      text.member("income_verification", incomeVerification)
      notes?.write(to: &text, time: domiqVersion)
    }
  }
}

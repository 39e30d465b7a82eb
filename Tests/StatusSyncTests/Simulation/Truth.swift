import Foundation
import Leads

import StandIns
import Upstreams

/// The true state of one lead in one of the two systems.
struct TrueLead: Sendable {
  struct Change: Sendable {
    var intent: UUID?
    var reason: String
    var from: String
    var to: String
    var at: Int64
  }

  var lead: String
  var conversation: UUID
  var property: UUID
  var raw: String
  /// In microseconds; printed as `updated_at`.
  var version: Int64
  var facts: LeadFacts
  var history: [Change] = []
  /// The first answer to each key.
  var answered: [UUID: WriteAnswer] = [:]
}

/// One change that a system made.
struct Effect: Sendable {
  var system: System
  var lead: String
  /// Nil: the system's own people made it.
  var intent: UUID?
  var from: String
  var to: String
  /// A faulty server did this, not the request.
  var isLie: Bool
}

/// One request that was sent to change something.
struct Sending: Sendable {
  var at: Int64
  var system: System
  var intent: UUID
  var lead: String
  var old: Status?
  var new: Status
  /// The run that sent it, and the stage.
  var run: Int
  var stage: String
}

/// The true state of both systems: their leads, the changes made, and the answers given.
struct Truth: Sendable {
  var resman: [String: TrueLead] = [:]
  var domiq: [String: TrueLead] = [:]
  var effects: [Effect] = []
  var sendings: [Sending] = []
  /// Intents whose acknowledgement reached a living process.
  var acknowledged: Set<UUID> = []
  /// When ResMan last answered a read of a lead, and with what.
  var reads: [String: (at: Int64, raw: String)] = [:]
  /// When an acknowledgement of a PUT of a lead was last received.
  var puts: [String: (at: Int64, raw: String)] = [:]
  var liedAbout: Set<UUID> = []
  var edited: Set<String> = []

  /// Applies one PUT as ResMan does: checks the key, the version, the transition, the conditions.
  mutating func put(
    _ change: StatusChange, etag: String?, profile: FaultProfile, at now: Int64, lie: Bool = false
  ) -> WriteAnswer {
    guard var lead = resman[change.leadID] else { return .refused(status: 404, reasons: "no lead") }
    if profile.offersIdempotency, !lie, let first = lead.answered[change.intentID] { return first }
    let answer = evaluate(change, lead, etag: profile.offersETag ? etag : nil)
    if case .acknowledged = answer {
      let from = lead.raw
      lead.raw = change.new.rawValue
      lead.version = max(now, lead.version + 1)
      lead.history.append(
        TrueLead.Change(
          intent: change.intentID, reason: change.reason, from: from, to: lead.raw, at: lead.version
        ))
      effects.append(
        Effect(
          system: .resman, lead: lead.lead, intent: change.intentID, from: from, to: lead.raw,
          isLie: lie))
    }
    let told = acknowledgement(answer, of: lead, profile)
    if !lie { lead.answered[change.intentID] = told }
    resman[change.leadID] = lead
    return told
  }

  private func evaluate(_ change: StatusChange, _ lead: TrueLead, etag: String?) -> WriteAnswer {
    if let etag, etag != "\"\(lead.version)\"" { return .changed }
    guard let current = StatusMapping.standard.canonical(resman: lead.raw),
      current.allows(change.new)
    else { return .conflict }
    let unmet = change.new.unmetConditions(lead.facts)
    guard unmet.isEmpty else { return .conditions(unmet.map(\.description).joined()) }
    return .acknowledged(version: nil, etag: nil, notificationsSent: 0, workflowActions: [])
  }

  private func acknowledgement(
    _ answer: WriteAnswer, of lead: TrueLead, _ profile: FaultProfile
  ) -> WriteAnswer {
    guard case .acknowledged = answer else { return answer }
    return .acknowledged(
      version: profile.stamp(lead.version), etag: profile.offersETag ? "\"\(lead.version)\"" : nil,
      notificationsSent: 0, workflowActions: [])
  }

  /// Applies one webhook as DomIQ does: a conversation that already has the status is not changed.
  mutating func receive(
    _ change: StatusChange, at now: Int64, lie: Bool = false
  ) -> WriteAnswer {
    guard var lead = domiq[change.leadID] else { return .refused(status: 404, reasons: "no lead") }
    if !lie, let first = lead.answered[change.intentID] { return first }
    let mapping = StatusMapping.standard
    if mapping.canonical(domiq: lead.raw) != change.new {
      let from = lead.raw
      lead.raw = mapping.domiq(change.new)
      lead.version = max(now, lead.version + 1)
      effects.append(
        Effect(
          system: .domiq, lead: lead.lead, intent: change.intentID, from: from, to: lead.raw,
          isLie: lie))
    }
    let answer = WriteAnswer.acknowledged(
      version: nil, etag: nil, notificationsSent: 0, workflowActions: [])
    if !lie { lead.answered[change.intentID] = answer }
    domiq[change.leadID] = lead
    return answer
  }

  /// The system's own people change a lead, to any word, whatever the rules say.
  mutating func edit(_ system: System, lead id: String, to raw: String, at now: Int64) {
    guard var lead = system == .resman ? resman[id] : domiq[id] else { return }
    effects.append(
      Effect(system: system, lead: id, intent: nil, from: lead.raw, to: raw, isLie: false))
    let from = lead.raw
    lead.raw = raw
    lead.version = max(now, lead.version + 1)
    lead.history.append(
      TrueLead.Change(intent: nil, reason: "", from: from, to: raw, at: lead.version))
    edited.insert(id)
    if system == .resman { resman[id] = lead } else { domiq[id] = lead }
  }
}

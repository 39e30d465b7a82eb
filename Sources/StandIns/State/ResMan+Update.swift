import Foundation
import Leads

extension ResMan {
  /// PUT of a status: the key, the version, the transition, the conditions, in this order; then
  /// the change, if no fault keeps it from being saved.
  func update(_ id: String, _ call: Call, arrival: Int, faults: [Fault]) -> Answer {
    let request: UpdateStatus
    do { request = try UpdateStatus(call.body) } catch { return error.answer }
    let offers = switches.now
    let key = offers.idempotency ? call.headers["idempotency-key"] : nil
    let print = digest(of: Array("\(call.method) \(call.path)\n".utf8) + call.body)
    return memory.withLock { memory in
      if let key, let first = memory.remembered[key] {
        return first.replay(for: print)
      }
      guard let lead = memory.leads[id] else { return .problem(404, "No such lead") }
      if let refusal = refusal(of: request, lead, ifMatch: offers.etag ? call.ifMatch : nil) {
        if let key { memory.remembered[key] = Remembered(request: print, answer: refusal) }
        return refusal
      }
      if faults.has(.unsuccessful) { return lead.unsuccessful }
      let change = Change(request: request, lead: lead, now: clock())
      let answer = change.answer(
        tag: offers.tag(change.changed.etag), unasked: faults.has(.unaskedNotifications))
      if faults.has(.ackWithoutSaving) { return answer }
      let times = faults.has(.twice) ? 2 : 1
      for change in [change, Change(request: request, lead: change.changed, now: clock())]
        .prefix(times)
      {
        memory.leads.insert(change.changed)
        ledger.took(
          Ledger.Effect(
            seq: 0, arrival: arrival, system: .resman, cause: .put, lead: id, conversation: nil,
            from: change.before, to: change.changed.status, key: call.key,
            version: change.changed.version))
      }
      if let key { memory.remembered[key] = Remembered(request: print, answer: answer) }
      return answer
    }
  }

  /// Why ResMan will not make this change, or nil.
  private func refusal(of request: UpdateStatus, _ lead: ResManLead, ifMatch: String?) -> Answer? {
    if let ifMatch, ifMatch != "*", ifMatch != lead.etag {
      return .problem(
        412, "Changed since", detail: "The lead is now \(lead.status).",
        headers: ["ETag": lead.etag])
    }
    // A status of its own, outside the rules, may be left for any.
    let current = StatusMapping.standard.canonical(resman: lead.status)
    guard current?.allows(request.newStatus) ?? true else {
      return .problem(
        409, "Transition not allowed",
        detail: "\(lead.status) does not lead to \(request.newStatus.rawValue).")
    }
    let unmet = request.newStatus.unmetConditions(lead.facts)
    guard !unmet.isEmpty else { return nil }
    let missing = unmet.map(\.description)
    return .problem(
      422, "Conditions not met",
      detail: "\(request.newStatus.rawValue) needs \(missing.joined(separator: ", ")).",
      missing: missing)
  }

  /// A change that may be made: the lead after it, and what is told about it.
  private struct Change {
    var request: UpdateStatus
    var before: String
    var changed: ResManLead

    init(request: UpdateStatus, lead: ResManLead, now: Int64) {
      self.request = request
      before = lead.status
      changed = lead
      changed.status = request.newStatus.rawValue
      changed.touch(now)
      changed.history.append(
        HistoryEntry(
          id: UUID(), oldStatus: lead.status, newStatus: request.newStatus.rawValue,
          reason: request.reason, updatedBy: request.updatedBy, context: request.context,
          createdAt: changed.updatedAt))
    }

    /// `UpdateStatusResponse`. With `unasked`, it reports what the request did not ask for.
    func answer(tag: String?, unasked: Bool) -> Answer {
      let asked = request.triggerNotifications ? 1 : 0
      return .json(headers: tag.map { ["ETag": $0] } ?? [:]) { text in
        text.member("success", true)
        text.member("new_status", changed.status)
        text.member("updated_at", changed.version)
        text.member("notifications_sent", unasked ? asked + 2 : asked)
        text.name("workflow_actions_triggered")
        text.array(unasked ? ["schedule_follow_up"] : []) { $0.value($1) }
      }
    }
  }
}

extension ResMan.Remembered {
  /// The first answer again, or 422 if the key now comes with another request.
  func replay(for request: String) -> Answer {
    guard request == self.request else {
      return .problem(422, "Key used before", detail: "The key came with another request.")
    }
    var again = answer
    again.headers[replayedHeader] = "true"
    return again
  }
}

extension ResManLead {
  /// 200 that says the change was not made.
  fileprivate var unsuccessful: Answer {
    .json { text in
      text.member("success", false)
      text.member("new_status", status)
      text.member("updated_at", version)
      text.member("notifications_sent", 0)
      text.name("workflow_actions_triggered")
      text.array([String]()) { $0.value($1) }
    }
  }
}

extension Call {
  fileprivate var ifMatch: String? { headers["if-match"] }
}

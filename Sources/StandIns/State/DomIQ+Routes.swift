import Foundation
import Leads

extension DomIQ {
  /// A page of conversations.
  func page(_ call: Call, faults: [Fault]) -> Answer {
    let query: PageQuery
    do { query = try PageQuery(call.query) } catch { return error.answer }
    return memory.withLock { memory in
      let page = memory.leads.page(
        property: query.property, since: query.since, from: query.start, limit: query.limit)
      let rows = page.positions.map { memory.leads.records[$0] }
      return leadsPage(rows, page: page, query: query, faults: faults) { text, lead, wrong in
        lead.write(to: &text, wrong)
      }
    }
  }

  /// One conversation by its id.
  func read(_ id: String) -> Answer {
    guard switches.now.domiqReadByID else { return notOffered }
    guard let lead = memory.withLock({ $0.leads[id.lowercased()] }) else {
      return .problem(404, "No such conversation")
    }
    var text = JSONBody()
    lead.write(to: &text, nil)
    return Answer(
      status: 200, headers: ["Content-Type": "application/json; charset=utf-8"], body: text.bytes)
  }

  /// A signed status change: the signature first, then whether its id was accepted before, then
  /// the body. The canonical status becomes DomIQ's own word; a conversation that already has that
  /// status, in whatever word, is left as it is.
  func receive(_ call: Call, arrival: Int, faults: [Fault]) -> Answer {
    let now = clock() / 1_000_000
    if let refusal = refusalOfSignature(call, secret: secret, now: now) { return refusal }
    guard let id = call.headers["webhook-id"] else { return .problem(401, "Not signed") }
    return memory.withLock { memory in
      if var again = memory.accepted[id] {
        again.headers[replayedHeader] = "true"
        return again
      }
      let update: StatusWebhook
      do throws(Refusal) { update = try StatusWebhook(call.body) } catch { return error.answer }
      guard let key = memory.speaker(for: update.leadID), let lead = memory.leads[key] else {
        return .problem(404, "No such lead")
      }
      let notified = update.notifiesProspect || faults.has(.unaskedNotifications) ? 1 : 0
      if faults.has(.unsuccessful) { return lead.answer(success: false, notified: 0) }
      var changed = lead
      if StatusMapping.standard.canonical(domiq: lead.status) != update.newStatus {
        changed.status = StatusMapping.standard.domiq(update.newStatus)
        changed.touch(clock())
      }
      let answer = changed.answer(success: true, notified: notified)
      if faults.has(.ackWithoutSaving) { return answer }
      memory.accepted[id] = answer
      guard changed != lead else { return answer }
      memory.leads.insert(changed)
      ledger.took(changed.effect(.webhook, from: lead.status, arrival: arrival, key: id))
      return answer
    }
  }
}

extension DomIQLead {
  fileprivate func answer(success: Bool, notified: Int) -> Answer {
    .json { text in
      text.member("success", success)
      text.member("conversation_id", key)
      text.member("new_status", status)
      text.member("updated_at", version)
      text.member("notifications_sent", notified)
      text.name("workflow_actions_triggered")
      text.array([String]()) { $0.value($1) }
    }
  }
}

/// The body of a webhook, checked to the letter of `StatusUpdateWebhook`.
struct StatusWebhook {
  var leadID: String
  var newStatus: Status
  /// `context_data.notify_prospect`; asked for unless it says false.
  var notifiesProspect: Bool

  init(_ body: [UInt8]) throws(Refusal) {
    guard let members = JSONValue(utf8: body)?.object else {
      throw Self.malformed("the body is not a JSON object")
    }
    let known = [
      "lead_id", "old_status", "new_status", "status_reason", "updated_by", "updated_at",
      "context_data",
    ]
    for name in members.keys.sorted() where !known.contains(name) {
      throw Self.malformed("unknown member \(name)")
    }
    leadID = try Self.text(members, "lead_id")
    let old = try Self.text(members, "old_status")
    guard Status(rawValue: old) != nil else { throw Self.malformed("old_status is unknown") }
    guard let new = Status(rawValue: try Self.text(members, "new_status")) else {
      throw Self.malformed("new_status is unknown")
    }
    newStatus = new
    _ = try Self.text(members, "updated_by")
    guard Instant(iso8601: try Self.text(members, "updated_at")) != nil else {
      throw Self.malformed("updated_at is no instant")
    }
    if members["status_reason"] != nil { _ = try Self.text(members, "status_reason") }
    if let context = members["context_data"], context.object == nil {
      throw Self.malformed("context_data is not an object")
    }
    notifiesProspect = members["context_data"]?["notify_prospect"] != .bool(false)
  }

  private static func text(
    _ members: [String: JSONValue], _ name: String
  ) throws(Refusal) -> String {
    guard let text = members[name]?.string else { throw malformed("\(name) is not text") }
    return text
  }

  private static func malformed(_ detail: String) -> Refusal {
    Refusal(.problem(400, "Malformed request", detail: detail))
  }
}

import Foundation
import Leads

extension ResMan {
  /// A page of leads.
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

  /// The properties, right or wrong as the faults want it.
  func propertyList(faults: [Fault]) -> Answer {
    var listed = properties[...]
    if faults.has(.nothing) { listed = [] }
    if faults.has(.shortPage) { listed = listed.dropLast() }
    let wrong = faults.first(.malformedRecord)
    return .json { text in
      text.name("properties")
      text.array(listed.enumerated()) { text, element in
        element.element.write(
          to: &text, wrong?.index == element.offset ? wrong?.malformation : nil)
      }
    }
  }

  /// One lead by its id.
  func read(_ id: String) -> Answer {
    let offers = switches.now
    guard offers.resmanReadByID else { return notOffered }
    guard let lead = lead(id) else { return .problem(404, "No such lead") }
    var text = JSONBody()
    lead.write(to: &text, nil)
    var headers = ["Content-Type": "application/json; charset=utf-8"]
    headers["ETag"] = offers.tag(lead.etag)
    return Answer(status: 200, headers: headers, body: text.bytes)
  }

  /// The status changes of one lead, newest first; `total_count` is of all in the period.
  func history(_ id: String, _ call: Call) -> Answer {
    guard switches.now.history else { return .problem(404, "Not found") }
    guard let lead = lead(id) else { return .problem(404, "No such lead") }
    for name in call.query.keys where !["date_from", "date_to", "limit"].contains(name) {
      return .problem(400, "Unknown parameter", detail: name)
    }
    var from = Int64.min
    var to = Int64.max
    var limit = Int.max
    if let text = call.query["date_from"] {
      guard let instant = Instant(iso8601: text) else { return malformed("date_from") }
      from = instant.microseconds
    }
    if let text = call.query["date_to"] {
      guard let instant = Instant(iso8601: text) else { return malformed("date_to") }
      to = instant.microseconds
    }
    if let text = call.query["limit"] {
      guard let number = Int(text), number > 0 else { return malformed("limit") }
      limit = number
    }
    let chosen = lead.history.filter { from <= $0.createdAt && $0.createdAt <= to }
    return .json { text in
      text.name("status_changes")
      text.array(chosen.reversed().prefix(limit)) { text, entry in entry.write(to: &text) }
      text.member("total_count", chosen.count)
    }
  }

  private func malformed(_ name: String) -> Answer {
    .problem(400, "Malformed parameter", detail: name)
  }
}

/// 405 of a read by id that the system does not have.
let notOffered = Answer.problem(405, "Not offered", headers: ["Allow": "PUT"])

extension PropertyRecord {
  fileprivate func write(to text: inout JSONBody, _ wrong: Fault.Malformation?) {
    if wrong == .notAnObject { return text.value("not an object") }
    text.object {
      switch wrong {
      case .nullID: $0.member("property_id", nil as String?)
      case .wrongID: $0.member("property_id", "P-17")
      default: $0.member("property_id", uuidText(id))
      }
      if wrong == .nameIsNumber { $0.member("name", 17) } else { $0.member("name", name) }
      $0.member("timezone", timezone)
    }
  }
}

extension HistoryEntry {
  func write(to text: inout JSONBody) {
    text.object { text in
      text.member("id", uuidText(id))
      text.member("old_status", oldStatus)
      text.member("new_status", newStatus)
      if let reason { text.member("status_reason", reason) }
      text.member("updated_by", updatedBy)
      if let context { text.member("context_data", json: context) }
      text.member("created_at", resmanVersion(createdAt))
    }
  }
}

extension ResManLead {
  func write(to text: inout JSONBody, _ wrong: Fault.Malformation?) {
    text.object { text in
      text.member("resman_lead_id", wrong == .nullID ? nil : id)
      text.member("property_id", uuidText(propertyID))
      text.status(status, wrong)
      text.version(version, wrong)
      text.member("created_at", resmanVersion(createdAt))
      text.member("first_name", firstName)
      text.member("last_name", lastName)
      text.member("email", email)
      text.member("phone", phone)
      text.member("lead_score", number: leadScore)
      text.member("tour_datetime", tourDatetime)
      text.member("income_verification", incomeVerification)
      notes?.write(to: &text, time: resmanVersion)
    }
  }
}

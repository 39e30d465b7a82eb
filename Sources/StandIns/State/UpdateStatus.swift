import Leads

/// The body of a PUT of a status, checked to the letter of `UpdateStatusRequest`: every key known,
/// every value of its kind, nothing required missing.
struct UpdateStatus: Equatable {
  var newStatus: Status
  var reason: String?
  var context: JSONValue?
  var updatedBy: String
  var triggerNotifications: Bool

  init(_ body: [UInt8]) throws(Refusal) {
    guard let members = JSONValue(utf8: body)?.object else {
      throw Self.malformed("the body is not a JSON object")
    }
    let known = [
      "new_status", "status_reason", "context_data", "updated_by", "trigger_notifications",
    ]
    for name in members.keys.sorted() where !known.contains(name) {
      throw Self.malformed("unknown member \(name)")
    }
    guard let status = members["new_status"]?.string.flatMap(Status.init(rawValue:)) else {
      throw Self.malformed("new_status is not one of the statuses")
    }
    guard let by = members["updated_by"]?.string,
      Author(rawValue: by) != nil
    else { throw Self.malformed("updated_by is not chatbot, resman_user, or system") }
    newStatus = status
    updatedBy = by
    reason = try Self.text(members["status_reason"], "status_reason")
    context = try Self.context(members["context_data"])
    switch members["trigger_notifications"] {
    case nil: triggerNotifications = true
    case .bool(let flag): triggerNotifications = flag
    default: throw Self.malformed("trigger_notifications is not true or false")
    }
  }

  private static func text(_ value: JSONValue?, _ name: String) throws(Refusal) -> String? {
    guard let value else { return nil }
    guard let text = value.string else { throw malformed("\(name) is not text") }
    return text
  }

  private static func context(_ value: JSONValue?) throws(Refusal) -> JSONValue? {
    guard let value else { return nil }
    guard let members = value.object else { throw malformed("context_data is not an object") }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      switch (name, member) {
      case ("conversation_summary", .string), ("next_steps", .string): continue
      case ("urgency_level", .string(let level)) where ["low", "medium", "high"].contains(level):
        continue
      case ("key_insights", .array(let values)) where values.allSatisfy({ $0.string != nil }):
        continue
      default: throw malformed("context_data.\(name) is unknown or of the wrong kind")
      }
    }
    return value
  }

  private static func malformed(_ detail: String) -> Refusal {
    Refusal(.problem(400, "Malformed request", detail: detail))
  }
}

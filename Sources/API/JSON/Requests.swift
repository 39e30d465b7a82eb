import Foundation
import Leads
import StatusSync

/// Who may have made a change (source.md).
enum Author: String, CaseIterable {
  case chatbot, system
  case resmanUser = "resman_user"
}

/// Lengths that bodies are held to; the OpenAPI document names the same.
enum Longest {
  static let leadID = 100
  static let reason = 2_000
  static let context = 20_000
  static let insights = 100
  static let author = 100
  static let key = 255
}

extension StatusUpdate.Request {
  /// Reads `UpdateStatusRequest`.
  init(_ body: JSONValue) throws(Problem) {
    var reader = try BodyReader(body)
    let status = try reader.status("new_status")
    let reason = reader.text("status_reason", most: Longest.reason)
    let author: Author? = reader.choice("updated_by", required: true)
    let notify = reader.flag("trigger_notifications") ?? true
    let context = reader.any("context_data").flatMap { Self.context($0, &reader) }
    try reader.done()
    guard let status, let author else { throw Problem(.invalidRequest) }
    self.init(
      status: status, reason: reason, context: context, updatedBy: author.rawValue, notify: notify)
  }

  private static func context(_ value: JSONValue, _ outer: inout BodyReader) -> UpdateContext? {
    guard let members = value.object else {
      outer.note("context_data", "not an object")
      return nil
    }
    var reader = BodyReader(members, path: "context_data.")
    var context = UpdateContext()
    context.conversation_summary = reader.text("conversation_summary", most: Longest.context)
    context.next_steps = reader.text("next_steps", most: Longest.context)
    context.urgency_level = reader.choice("urgency_level")
    if let insights = reader.any("key_insights") {
      context.key_insights = texts(insights)
      if context.key_insights == nil {
        reader.note("key_insights", "not a list of at most \(Longest.insights) texts")
      }
    }
    reader.finish()
    outer.note(reader)
    return context
  }

  private static func texts(_ value: JSONValue) -> [String]? {
    guard case .array(let elements) = value, elements.count <= Longest.insights else { return nil }
    let texts = elements.compactMap(\.string)
    return texts.count == elements.count
      && texts.allSatisfy { $0.unicodeScalars.count <= Longest.context } ? texts : nil
  }
}

extension Workflows.Request {
  /// Reads `CreateWorkflowRequest`.
  init(_ body: JSONValue) throws(Problem) {
    var reader = try BodyReader(body)
    let trigger = try reader.status("trigger_status")
    let target = try reader.status("target_status")
    let property = reader.text("property_id", required: true, least: 36, most: 36)
      .flatMap(UUID.init(uuidString:))
    let conditions = reader.any("conditions")
    let actions = reader.any("actions")
    if conditions?.object == nil { reader.note("conditions", "not an object") }
    if property == nil { reader.note("property_id", "not a UUID") }
    reader.finish()
    guard let trigger, let target, let property, reader.errors.isEmpty else {
      throw Problem(.invalidRequest, errors: reader.errors)
    }
    try self.init(
      propertyID: property, trigger: trigger, target: target, conditions: conditions ?? .null,
      actions: actions ?? .null)
  }
}

extension StatusWebhook {
  /// Reads `StatusUpdateWebhook`.
  init(_ body: JSONValue) throws(Problem) {
    var reader = try BodyReader(body)
    let old = try reader.status("old_status")
    let new = try reader.status("new_status")
    let lead = reader.text("lead_id", required: true, least: 1, most: Longest.leadID)
    let reason = reader.text("status_reason", most: Longest.reason)
    let author = reader.text("updated_by", required: true, most: Longest.author)
    let at = reader.text("updated_at", required: true, most: 40)
    if let at, Instant(iso8601: at) == nil {
      reader.note("updated_at", "not an ISO 8601 time with an offset")
    }
    let context = reader.any("context_data")
    if let context, context.object == nil { reader.note("context_data", "not an object") }
    try reader.done()
    guard let lead, let old, let new, let author, let at else { throw Problem(.invalidRequest) }
    self.init(
      lead_id: lead, old_status: old, new_status: new, status_reason: reason, updated_by: author,
      updated_at: at, context_data: context)
  }
}

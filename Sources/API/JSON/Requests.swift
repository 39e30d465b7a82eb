import Changes
import Foundation
import Hummingbird
import Leads
import Live

/// The longest texts in requests; the OpenAPI document has the same limits. All texts together fit into a
/// body, except texts with many characters outside ASCII.
enum Longest {
  static let leadID = 100
  static let status = 100
  static let reason = 2_000
  static let summary = 8_000
  static let nextSteps = 2_000
  static let insight = 500
  static let insights = 50
  static let author = 100
  static let key = 255
  static let time = 40
  static let recipient = 255
}

extension StatusUpdate.Request {
  /// Reads `UpdateStatusRequest`.
  init(_ body: JSONValue) throws(Problem) {
    var reader = try FieldReader(body)
    let status = reader.status("new_status")
    let reason = reader.text("status_reason", most: Longest.reason)
    let author: Author? = reader.choice("updated_by", required: true)
    let notify = reader.flag("trigger_notifications") ?? true
    let context = reader.any("context_data").flatMap { Self.context($0, &reader) }
    try reader.done()
    guard let status, let author else { throw Problem(.invalidRequest) }
    self.init(
      status: status, reason: reason, context: context, updatedBy: author, notify: notify)
  }

  private static func context(_ value: JSONValue, _ outer: inout FieldReader) -> UpdateContext? {
    guard let members = value.object else {
      outer.note("context_data", "not an object")
      return nil
    }
    var reader = FieldReader(members, at: "context_data")
    var context = UpdateContext()
    context.conversation_summary = reader.text("conversation_summary", most: Longest.summary)
    context.next_steps = reader.text("next_steps", most: Longest.nextSteps)
    context.urgency_level = reader.choice("urgency_level")
    if let insights = reader.any("key_insights") {
      context.key_insights = texts(insights)
      if context.key_insights == nil {
        reader.note(
          "key_insights",
          "not a list of at most \(Longest.insights) texts "
            + "of at most \(Longest.insight) characters")
      }
    }
    reader.refuseRest()
    outer.note(reader.errors)
    return context
  }

  private static func texts(_ value: JSONValue) -> [String]? {
    guard case .array(let elements) = value, elements.count <= Longest.insights else { return nil }
    let texts = elements.compactMap(\.string)
    return texts.count == elements.count
      && texts.allSatisfy { $0.unicodeScalars.count <= Longest.insight } ? texts : nil
  }
}

extension Workflows.Request {
  /// Reads `CreateWorkflowRequest`.
  /// - Parameter slackHosts: hosts that webhooks of Slack may have.
  init(_ body: JSONValue, slackHosts: Set<String>? = nil) throws(Problem) {
    var reader = try FieldReader(body)
    let trigger = reader.status("trigger_status")
    let target = reader.status("target_status")
    let property = reader.id("property_id", required: true)
    let conditions = reader.any("conditions")
    let actions = reader.any("actions")
    if conditions == nil { reader.note("conditions", "is required") }
    do throws(WorkflowProblems) {
      _ = try WorkflowRule(
        conditions: conditions ?? .null, actions: actions ?? .null, slackHosts: slackHosts)
    } catch {
      reader.note(error.problems)
    }
    try reader.done()
    guard let trigger, let target, let property else { throw Problem(.invalidRequest) }
    try self.init(
      propertyID: property, trigger: trigger, target: target, conditions: conditions ?? .null,
      actions: actions ?? .null, slackHosts: slackHosts)
  }
}

extension StatusWebhook {
  /// Reads `StatusUpdateWebhook`.
  /// - Parameter mapping: what ResMan's words stand for. The status before may be any word; it matters only where the log
  ///   has none.
  init(_ body: JSONValue, mapping: StatusMapping = .standard) throws(Problem) {
    var reader = try FieldReader(body)
    let old = reader.text("old_status", required: true, most: Longest.status)
      .flatMap { mapping.canonical(resman: $0) }
    let new = reader.status("new_status") { mapping.canonical(resman: $0) }
    let lead = reader.text("lead_id", required: true, least: 1, most: Longest.leadID)
    let reason = reader.text("status_reason", most: Longest.reason)
    let author = reader.text("updated_by", required: true, most: Longest.author)
    let at = reader.text("updated_at", required: true, most: Longest.time)
    if let at, Instant(iso8601: at) == nil {
      reader.note("updated_at", "not a time with an offset (2026-11-28T10:00:00Z)")
    }
    if let lead, Request.isStep(lead) { reader.note("lead_id", "not the id of a lead") }
    let context = reader.any("context_data")
    if let context, context.object == nil { reader.note("context_data", "not an object") }
    let description = LeadDescription { reader.any($0.rawValue)?.string }
    try reader.done()
    guard let lead, let new, let author, let at else { throw Problem(.invalidRequest) }
    self.init(
      lead_id: lead, old_status: old, new_status: new, status_reason: reason, updated_by: author,
      updated_at: at, context_data: context,
      description: description)
  }
}

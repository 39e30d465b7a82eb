import Foundation
import HTTP
import Leads
import Store

/// ResMan's status API over HTTP (docs/contracts.md#resman). History, ETag, idempotency and single reads are optional
/// capabilities, detected from answers.
package struct ResManClient: ResManAPI, PageSource {
  private let host: UpstreamHost

  /// A client of this host; `client` comes from `UpstreamHTTP.makeClient` and is shut down by its
  /// owner.
  /// - Parameter budget: of the whole run, for whoever tries again.
  package init(
    _ settings: UpstreamSettings, client: WebClient, clock: RunClock,
    budget: RetryBudget = RetryBudget()
  ) {
    host = UpstreamHost(settings, client: client, clock: clock, budget: budget)
  }

  package func properties() async throws(CallFailure) -> PropertyList {
    let answer = try await host.read(
      OutgoingCall(path: "/api/resman/properties", maximumBytes: 16 << 20, endsWithRun: true))
    guard let list = PropertyList(answer) else {
      throw CallFailure(.malformed, "the properties are not what the contract says")
    }
    return list
  }

  package func lead(_ id: String) async -> ReadAnswer {
    guard let id = pathSegment(id) else { return .failed(Self.unusableID) }
    return await host.lead(at: "/api/resman/leads/", id)
  }

  package func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    try await host.page(
      at: "/api/resman/leads", property: property, updatedSince: updatedSince, cursor: cursor,
      limit: limit)
  }

  package func update(
    _ change: StatusChange, etag: String?, until: Duration
  ) async -> WriteAnswer {
    guard let id = pathSegment(change.leadID) else {
      return .refused(status: 400, reasons: Self.unusableID.reason)
    }
    var call = OutgoingCall(
      method: .put, path: "/api/resman/leads/\(id)/status", route: "/api/resman/leads/{id}/status")
    call.headers = [("idempotency-key", change.intentID.uuidString.lowercased())]
    if let etag { call.headers.append(("if-match", etag)) }
    guard let body = try? Self.body(change) else { return .notSent("the change has no body") }
    call.body = body
    call.latestStart = until
    return await host.write(call) { answer in Self.acknowledgement(answer, of: change) }
  }

  private static let unusableID = CallFailure(
    .malformed, "a lead with this id cannot be asked for")

  package func history(of id: String, limit: Int) async -> HistoryAnswer {
    guard let id = pathSegment(id) else { return .failed(Self.unusableID) }
    do throws(CallFailure) {
      let answer = try await host.read(
        OutgoingCall(
          path: "/api/resman/leads/\(id)/status-history?limit=\(limit)",
          route: "/api/resman/leads/{id}/status-history", maximumBytes: 8 << 20),
        accepting: [404, 405, 501])
      return answer.status == 200 ? Self.history(in: answer) : .notOffered
    } catch {
      return .failed(error)
    }
  }

  /// The entries in an answer.
  package static func history(in answer: IncomingAnswer) -> HistoryAnswer {
    struct Page: Decodable {
      struct Item: Decodable {
        struct Context: Decodable { var intent_id: Lenient<String>? }
        var old_status: Lenient<String>?
        var new_status: Lenient<String>?
        var status_reason: Lenient<String>?
        var updated_by: Lenient<String>?
        var sync_direction: Lenient<String>?
        var created_at: Lenient<String>?
        var context_data: Lenient<Context>?
      }
      var status_changes: [Lenient<Item>]
      var total_count: Int
    }
    guard
      let page = try? JSON.decode(answer.body, as: Page.self)
    else { return .failed(CallFailure(.malformed, "the history is not what the contract says")) }
    // An unreadable entry may be the one looked for, so the history is incomplete.
    let items = page.status_changes.compactMap(\.value)
    let isReadable =
      items.count == page.status_changes.count
      && items.allSatisfy {
        $0.status_reason.isReadable() && $0.context_data.isReadable()
          && ($0.context_data?.value?.intent_id).isReadable()
      }
    let entries = items.map {
      HistoryEntry(
        oldStatus: $0.old_status?.value, newStatus: $0.new_status?.value,
        reason: $0.status_reason?.value, updatedBy: $0.updated_by?.value,
        intentID: $0.context_data?.value?.intent_id?.value, createdAt: $0.created_at?.value,
        direction: $0.sync_direction?.value)
    }
    return .entries(entries, isComplete: isReadable && entries.count >= page.total_count)
  }

  /// The body of a PUT: the same change gives the same bytes, so a resent key carries them again.
  package static func body(_ change: StatusChange) throws -> [UInt8] {
    struct Body: Encodable {
      var new_status: String
      var status_reason: String
      var updated_by: Author
      var trigger_notifications: Bool
      var context_data: UpdateContext?
    }
    // The reason contains the intent id, by which the history identifies our change.
    let id = change.intentID.uuidString.lowercased()
    let reason = change.reason.contains(id) ? change.reason : "\(change.reason) [\(id)]"
    let body = Body(
      new_status: change.new.rawValue, status_reason: reason, updated_by: change.updatedBy,
      trigger_notifications: change.notify, context_data: change.context)
    return Array(try JSON.encode(body).utf8)
  }

  /// Only a complete answer that says success, and for this status, is an acknowledgement.
  static func acknowledgement(_ answer: IncomingAnswer, of change: StatusChange) -> WriteAnswer {
    struct Body: Decodable {
      var success: Bool
      var new_status: String?
      var updated_at: String?
      var notifications_sent: Int?
      var workflow_actions_triggered: [String?]?
    }
    guard
      let body = try? JSON.decode(answer.body, as: Body.self)
    else { return .unacknowledged("a 2xx without the answer of the contract") }
    guard body.success else { return .unacknowledged("a 2xx that says success: false") }
    // Parsers differ in which of two equal keys they take: both must report success.
    let last = try? JSONSerialization.jsonObject(with: Data(answer.body))
    guard let object = last as? [String: Any], object["success"] as? Bool == true else {
      return .unacknowledged("a 2xx that says two things")
    }
    for said in [body.new_status, object["new_status"] as? String].compactMap({ $0 })
    where StatusMapping.normalise(said) != change.new.rawValue {
      return .unacknowledged("a 2xx for another status")
    }
    return .acknowledged(
      version: LeadSnapshot.version(body.updated_at),
      etag: LeadSnapshot.strongETag(answer.headers.first(name: "etag")),
      notificationsSent: body.notifications_sent ?? 0,
      workflowActions: (body.workflow_actions_triggered ?? []).compactMap { $0 })
  }
}

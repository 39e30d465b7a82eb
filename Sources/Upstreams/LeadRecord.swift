import Foundation
import Leads

/// One lead as either system sends it on a single read; unknown fields are ignored.
package struct LeadRecord: Decodable {
  package var resman_lead_id: String?
  package var conversation_id: UUID?
  package var property_id: UUID?
  package var status: String
  package var updated_at: String?
  package var created_at: Lenient<String>?
  package var lead_score: Double?
  package var email: Presence?
  package var phone: Presence?
  package var tour_datetime: Presence?
  package var income_verification: Bool?
  package var lead_name: Lenient<String>?
  package var first_name: Lenient<String>?
  package var last_name: Lenient<String>?
  package var message_count: Lenient<Int>?
  package var conversation_duration: Lenient<Double>?
  package var source: Lenient<String>?
  package var lost_reason: Lenient<String>?
  package var agent_id: Lenient<String>?
  package var agent_name: Lenient<String>?
  package var tour_status: Lenient<String>?
  package var last_contact_at: Lenient<String>?
  package var first_contact_at: Lenient<String>?

  /// A text whose presence matters, and perhaps its content for people. One with half a surrogate pair is present; a value
  /// that is not a text is a fault of the record.
  package struct Presence: Decodable {
    package var isThere: Bool
    /// Null where it cannot be read.
    package var text: String?

    package init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      text = try? value.decode(String.self)
      isThere = text?.isEmpty != true
      guard text == nil else { return }
      let isOther =
        (try? value.decode(Bool.self)) != nil || (try? value.decode(Double.self)) != nil
        || (try? value.decode([JSONValue].self)) != nil
        || (try? value.decode([String: JSONValue].self)) != nil
      if isOther {
        throw DecodingError.dataCorruptedError(in: value, debugDescription: "not a text")
      }
    }
  }

  private var details: LeadDetails {
    let names = [first_name?.value, last_name?.value].compactMap { $0 }.filter { !$0.isEmpty }
    return LeadDetails(
      name: lead_name?.value ?? (names.isEmpty ? nil : names.joined(separator: " ")),
      score: lead_score.flatMap { abs($0) < 1e9 ? $0 : nil },
      conversationMinutes: conversation_duration?.value, messageCount: message_count?.value,
      tourDatetime: tour_datetime.flatMap { $0.isThere ? $0.text : nil })
  }

  private func description(latest: Instant?) -> LeadDescription? {
    LeadDescription(latest: latest) { field in
      switch field {
      case .source: source?.value
      case .lostReason: lost_reason?.value
      case .agentID: agent_id?.value
      case .agentName: agent_name?.value
      case .tourStatus: tour_status?.value
      case .lastContactAt: last_contact_at?.value
      case .firstContactAt: first_contact_at?.value
      }
    }
  }

  /// The lead in the answer to a single read; nil where it is not what the contract says.
  /// - Parameter latest: later contacts cannot have been; null: not compared.
  package static func snapshot(in answer: IncomingAnswer, latest: Instant? = nil) -> LeadSnapshot? {
    guard let record = try? JSON.decode(answer.body, as: LeadRecord.self) else { return nil }
    var snapshot = record.snapshot(
      etag: LeadSnapshot.strongETag(answer.headers.first(name: "etag")), readAt: answer.readAt)
    snapshot.description = record.description(latest: latest)
    return snapshot
  }

  /// The leads of a page; a record that cannot be read is left out.
  /// - Parameter latest: later contacts cannot have been.
  package static func snapshots(inPage body: [UInt8], latest: Instant) -> [LeadSnapshot] {
    struct Page: Decodable { var leads: [Lenient<LeadRecord>] }
    let page = try? JSON.decode(body, as: Page.self)
    return (page?.leads ?? []).compactMap(\.value).map { record in
      var snapshot = record.snapshot(etag: nil, readAt: .zero)
      snapshot.description = record.description(latest: latest)
      return snapshot
    }
  }

  private func snapshot(etag: String?, readAt: Duration) -> LeadSnapshot {
    let details = self.details
    var fields: Set<Field> = []
    if email?.isThere == true { fields.insert(.email) }
    if phone?.isThere == true { fields.insert(.phone) }
    if tour_datetime?.isThere == true { fields.insert(.tourDatetime) }
    if income_verification == true { fields.insert(.incomeVerification) }
    var snapshot = LeadSnapshot(
      resmanLeadID: resman_lead_id, conversationID: conversation_id, propertyID: property_id,
      raw: status, version: LeadSnapshot.version(updated_at),
      facts: LeadFacts(
        leadScore: details.score, fields: fields),
      details: details, etag: etag, readAt: readAt)
    snapshot.createdAt = created_at?.value
    return snapshot
  }
}

extension UpstreamHost {
  /// Five minutes from now, for clocks differ: later contacts cannot have been.
  private var latestContact: Instant { clock.now() + .seconds(300) }

  /// A single read of one lead.
  /// - Parameter id: as a segment of a path.
  package func lead(at path: String, _ id: String) async -> ReadAnswer {
    do throws(CallFailure) {
      let answer = try await read(
        OutgoingCall(path: path + id, route: path + "{id}"), accepting: [404, 405, 501])
      switch answer.status {
      case 404: return .missing
      case 405, 501: return .notOffered
      default: break
      }
      guard let snapshot = LeadRecord.snapshot(in: answer, latest: latestContact) else {
        return .failed(CallFailure(.malformed, "the lead is not what the contract says"))
      }
      return .found(snapshot)
    } catch {
      return .failed(error)
    }
  }

  /// One page of leads, as received.
  package func page(
    at path: String, property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    var query = "?property_id=\(property.uuidString.lowercased())&limit=\(limit)"
    if let updatedSince { query += "&updated_since=\(percentEncoded(updatedSince.iso8601))" }
    if let cursor { query += "&cursor=\(percentEncoded(cursor))" }
    return try await read(
      OutgoingCall(path: path + query, maximumBytes: 64 << 20, endsWithRun: true)
    ).body
  }

  /// One attempt of a write, classified by what it says about the effect.
  /// - Parameter gateways: statuses with which a gateway answers for the server: no evidence about it.
  package func write(
    _ call: OutgoingCall, gateways: Set<Int> = [502, 504],
    acknowledge: (IncomingAnswer) -> WriteAnswer
  ) async -> WriteAnswer {
    let answer: IncomingAnswer
    do throws(CallFailure) {
      answer = try await once(call)
    } catch {
      switch error.kind {
      case .unreachable: return .notSent(error.reason)
      case .unauthorized: return .unauthorized
      case .late: return .late
      case .tryLater(let seconds): return .tryLater(seconds: seconds)
      case .tooLarge, .malformed: return .unacknowledged(error.label)
      default: return .uncertain(error.label)
      }
    }
    let wait = RetryAfter.seconds(answer.headers.first(name: "retry-after"), now: clock.now())
    switch answer.status {
    case 200..<300: return acknowledge(answer)
    case 401: return .unauthorized
    case 403: return .forbidden
    case 409: return .conflict
    case 412: return .changed
    case 422: return .conditions(answer.problem)
    case 429:
      await gate.pause(for: Backoff.pause(asked: wait, times: 0))
      return .tryLater(seconds: wait)
    case let status where gateways.contains(status): return .uncertain("HTTP \(status)")
    case 408: return .unacknowledged("HTTP 408")
    case 300..<500: return .refused(status: answer.status, reasons: answer.problem)
    default:
      if let wait { await gate.pause(for: wait) }
      return .unacknowledged("HTTP \(answer.status)")
    }
  }
}

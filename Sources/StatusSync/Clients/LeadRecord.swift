import Foundation
import Leads
import NIOCore

/// One lead as either system sends it on a single read; unknown fields are ignored.
struct LeadRecord: Decodable {
  var resman_lead_id: String?
  var conversation_id: UUID?
  var property_id: UUID?
  var status: String
  var updated_at: String?
  var created_at: Lenient<String>?
  var lead_score: Double?
  var email: String?
  var phone: String?
  var tour_datetime: String?
  var income_verification: Bool?
  var lead_name: Lenient<String>?
  var first_name: Lenient<String>?
  var last_name: Lenient<String>?
  var message_count: Lenient<Int>?
  var conversation_duration: Lenient<Double>?

  /// What only people and rules look at: a value of another kind is as good as none.
  struct Lenient<Value: Decodable>: Decodable {
    var value: Value?

    init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
  }

  private var details: LeadDetails {
    let names = [first_name?.value, last_name?.value].compactMap { $0 }.filter { !$0.isEmpty }
    return LeadDetails(
      name: lead_name?.value ?? (names.isEmpty ? nil : names.joined(separator: " ")),
      score: lead_score.flatMap { Int(exactly: $0.rounded()) },
      conversationMinutes: conversation_duration?.value, messageCount: message_count?.value,
      tourDatetime: tour_datetime.flatMap { $0.isEmpty ? nil : $0 })
  }

  /// The lead in the answer to a single read; nil where it is not what the contract says.
  static func snapshot(in answer: IncomingAnswer) -> LeadSnapshot? {
    let record = try? JSONDecoder().decode(
      LeadRecord.self, from: Data(answer.body.readableBytesView))
    return record?.snapshot(etag: answer.headers.first(name: "etag"), readAt: answer.readAt)
  }

  private func snapshot(etag: String?, readAt: Duration) -> LeadSnapshot {
    let details = self.details
    var fields: Set<Field> = []
    if email?.isEmpty == false { fields.insert(.email) }
    if phone?.isEmpty == false { fields.insert(.phone) }
    if tour_datetime?.isEmpty == false { fields.insert(.tourDatetime) }
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
  /// A single read of one lead.
  func lead(at path: String) async -> ReadAnswer {
    do throws(CallFailure) {
      let answer = try await read(OutgoingCall(path: path), accepting: [404, 405, 501])
      switch answer.status {
      case 404: return .missing
      case 405, 501: return .notOffered
      default: break
      }
      guard let snapshot = LeadRecord.snapshot(in: answer) else {
        return .failed(CallFailure(.malformed, "the lead is not what the contract says"))
      }
      return .found(snapshot)
    } catch {
      return .failed(error)
    }
  }

  /// One page of leads, as received.
  func page(
    at path: String, property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> ByteBuffer {
    var query = "?property_id=\(property.uuidString.lowercased())&limit=\(limit)"
    if let updatedSince { query += "&updated_since=\(pathSegment(updatedSince.iso8601))" }
    if let cursor { query += "&cursor=\(pathSegment(cursor))" }
    return try await read(OutgoingCall(path: path + query, maximumBytes: 64 << 20)).body
  }

  /// One attempt of a write, classified by what it says about the effect.
  func write(
    _ call: OutgoingCall, acknowledge: (IncomingAnswer) -> WriteAnswer
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
    // A gateway's word says nothing of the server behind it.
    case 502, 504: return .uncertain("HTTP \(answer.status)")
    case 408: return .unacknowledged("HTTP 408")
    case 300..<500: return .refused(status: answer.status, reasons: answer.problem)
    default:
      if let wait { await gate.pause(for: wait) }
      return .unacknowledged("HTTP \(answer.status)")
    }
  }
}

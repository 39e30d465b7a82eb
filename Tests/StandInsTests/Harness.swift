import AsyncHTTPClient
import Crypto
import Foundation
import Leads
import NIOCore

@testable import StandIns  // uses `DomIQLead`, `ResManLead`, internal

/// A clock that stands still until a test moves it.
let noon = Instant(iso8601: "2026-03-02T12:00:00Z")?.microseconds ?? 0

/// An answer: status, headers, bytes, and the body as JSON if it is JSON.
struct Received {
  var status: Int
  var headers: [String: String]
  var body: [UInt8]
  var json: JSONValue { JSONValue(utf8: body) ?? .null }

  /// The ids on a page of leads.
  var ids: [String] {
    guard case .array(let leads) = json["leads"] else { return [] }
    return leads.compactMap { ($0["resman_lead_id"] ?? $0["conversation_id"])?.string }
  }
}

/// Runs `body` with stand-ins of a small world, and stops them afterwards.
func withStandIns<T>(
  _ world: World = .small(), _ capabilities: Capabilities = Capabilities(),
  _ body: (StandIns) async throws -> T
) async throws -> T {
  let standIns = try await StandIns.start(
    world: world, capabilities: capabilities, clock: { noon })
  do {
    let result = try await body(standIns)
    await standIns.stop()
    return result
  } catch {
    await standIns.stop()
    throw error
  }
}

/// Tries once to connect; a refused connection is a valid result here.
private let client: HTTPClient = {
  var configuration = HTTPClient.Configuration.singletonConfiguration
  configuration.connectionPool.retryConnectionEstablishment = false
  return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
}()

extension StandIns {
  /// Sends one request to one of the systems, with its token unless `headers` has another.
  func call(
    _ system: StandInSystem = .resman, _ method: String = "GET", _ path: String,
    headers: [String: String] = [:], body: String? = nil
  ) async throws -> Received {
    let base = system == .resman ? resmanURL : domiqURL
    var request = HTTPClientRequest(url: base + path)
    request.method = .init(rawValue: method)
    let token = system == .resman ? credentials.resmanToken : credentials.domiqToken
    request.headers.add(name: "Authorization", value: "Bearer \(token)")
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await client.execute(request, timeout: .seconds(600))
    let bytes = try await response.body.collect(upTo: 64 << 20)
    var received: [String: String] = [:]
    for (name, value) in response.headers { received[name.lowercased()] = value }
    return Received(
      status: Int(response.status.code), headers: received, body: Array(bytes.readableBytesView))
  }

  /// Sends a PUT of a status.
  func put(
    _ lead: String, _ status: String, headers: [String: String] = [:], notify: Bool = false
  ) async throws -> Received {
    try await call(
      .resman, "PUT", "/api/resman/leads/\(lead)/status", headers: headers,
      body: #"{"new_status":"\#(status)","updated_by":"system","trigger_notifications":\#(notify)}"#
    )
  }

  /// Sends a webhook about a lead, signed by the standard.
  func webhook(
    _ lead: String, _ old: String, _ new: String, id: String = "msg-1", at seconds: Int64? = nil,
    secret: String? = nil, notify: Bool = false
  ) async throws -> Received {
    let body = """
      {"lead_id":"\(lead)","old_status":"\(old)","new_status":"\(new)","updated_by":"system",\
      "updated_at":"2026-03-02T11:59:00Z","context_data":{"notify_prospect":\(notify)}}
      """
    return try await signed(body, id: id, at: seconds, secret: secret)
  }

  /// Sends a webhook with any body, signed.
  func signed(
    _ body: String, id: String, at seconds: Int64? = nil, secret: String? = nil
  ) async throws -> Received {
    let stamp = seconds ?? noon / 1_000_000
    let secret = (secret ?? credentials.webhookSecret).trimmingPrefix("whsec_")
    let key = SymmetricKey(data: Data(base64Encoded: String(secret)) ?? Data())
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("\(id).\(stamp).\(body)".utf8), using: key)
    return try await call(
      .domiq, "POST", "/api/resman/webhooks/status-update",
      headers: [
        "webhook-id": id, "webhook-timestamp": "\(stamp)",
        "webhook-signature": "v1,\(Data(code).base64EncodedString())",
      ], body: body)
  }
}

extension World {
  static let propertyID = UUID(uuidString: "00000000-0000-4000-8000-00000000000a") ?? UUID()
  static let otherPropertyID = UUID(uuidString: "00000000-0000-4000-8000-00000000000b") ?? UUID()

  /// `count` leads L-1, L-2 … at one property, contacted on both sides, with every field; one more, L-900, at
  /// another property. They changed one minute apart, the last at 11:59.
  static func small(count: Int = 5) -> World {
    var world = World(now: Instant(microseconds: noon))
    world.properties = [
      PropertyRecord(id: propertyID, name: "Elm Court", timezone: "America/Chicago"),
      PropertyRecord(id: otherPropertyID, name: "Oak Row", timezone: "America/New_York"),
    ]
    for number in 1...count {
      let at = noon - Int64(count - number + 1) * 60_000_000
      world.add("L-\(number)", number, at: at, property: propertyID)
    }
    world.add("L-900", 900, at: noon - 60_000_000, property: otherPropertyID)
    return world
  }

  static func conversation(_ number: Int) -> UUID {
    let digits = String(number)
    let text = "10000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count)
    return UUID(uuidString: text + digits) ?? UUID()
  }

  private mutating func add(_ id: String, _ number: Int, at: Int64, property: UUID) {
    resman.append(
      ResManLead(
        id: id, propertyID: property, status: "contacted", updatedAt: at, createdAt: at,
        firstName: "Ada", lastName: "O\"Neil \(number)", email: "ada\(number)@example.com",
        phone: "555-0100", leadScore: 80, tourDatetime: "2026-03-05T15:00:00Z",
        incomeVerification: true, history: []))
    domiq.append(
      DomIQLead(
        conversationID: Self.conversation(number), resmanLeadID: id, propertyID: property,
        status: "engaged", updatedAt: at, createdAt: at, name: "Ada \(number)",
        email: "ada\(number)@example.com", phone: "555-0100", leadScore: 80, messageCount: 3,
        conversationDuration: 5, tourDatetime: nil, incomeVerification: false))
  }
}

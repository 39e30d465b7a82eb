import Foundation
import Hummingbird
import Leads
import StandIns
import Synchronization

/// ResMan's partner interface as a real HTTP server on the loopback interface, written from docs/vendors.md and not from
/// the client: v2 (JSON) and v1 (form in, MITS XML out) on one port, with a ledger of what was called and of every call
/// that the vendor forbids.
package final class PartnerStandIn: Sendable {
  /// The account that it knows.
  package struct Account: Sendable {
    package var id = "1234"
    package var partner = "p-1"
    package var key = "stand-in-partner-key"

    package init() {}
  }

  /// What happened.
  package struct Ledger: Sendable {
    /// Method and path, without the query.
    package var calls: [String] = []
    /// The start and the end of each window of v1, as sent.
    package var windows: [String] = []
    /// Cards that v2 was asked for by their id.
    package var asked: [String] = []
    /// What the vendor forbids, and what writes.
    package var violations: [String] = []
    /// Calls at once at most.
    package var mostAtOnce = 0
    /// The events that took effect, in their order: prospect, type and time.
    package var written: [String] = []
  }

  /// What goes wrong.
  package struct Faults: Sendable {
    /// v1 answers a window with more cards than this with 502 and `buffer overflow`.
    package var mostCards = Int.max
    /// v1 answers every window that ends after this with a failure inside HTTP 200; microseconds since 1970.
    package var failsAfter = Int64.max
    /// So many calls are answered with 429, and with `retryAfter`.
    package var refusals = 0
    /// The `Retry-After` of a 429; nil: it has none.
    package var retryAfter: String?
    /// How long an answer takes. A server that answers at once would hide how many calls are under way.
    package var answerTime = Duration.milliseconds(1)
    /// So many calls are answered by a gateway that is out.
    package var outages = 0
    /// So many more after the next write.
    package var outagesAfterWrite = 0
    /// Called before each answer: a clock of the test moves on.
    package var onAnswer: (@Sendable () -> Void)?
    /// v2 does not know these properties.
    package var unknownProperties: Set<UUID> = []
    /// Cards that v1 shows without their ProspectID.
    package var nameless: Set<String> = []
    /// Cards that v1 does not show.
    package var hidden: Set<String> = []
    /// Cards that were merged into another one, which answers in their place.
    package var merged: [String: String] = [:]
    /// So many writes are answered by a failure inside HTTP 200, and change nothing.
    package var failedWrites = 0
    /// So many writes take effect, and their answer is lost.
    package var lostAnswers = 0
    /// So many writes are lost on their way.
    package var lostWrites = 0
    /// What staff do to a card just before the next write of it.
    package var editsBeforeWrite: [String: @Sendable (inout VendorWorld.Card) -> Void] = [:]
    /// Comments of events are taken, and not shown.
    package var hidesComments = false

    package init() {}
  }

  struct State {
    var cards: [VendorWorld.Card] { didSet { index() } }
    /// Places of each property's cards.
    private(set) var places: [UUID: [Int]] = [:]
    /// Prospects that were read by their id since they were written.
    var read: Set<String> = []
    /// Intent ids that took effect.
    var intents: Set<String> = []
    var ledger = Ledger()
    var faults = Faults()
    var atOnce = 0

    init(cards: [VendorWorld.Card]) {
      self.cards = cards
      index()
    }

    private mutating func index() {
      places = Dictionary(grouping: cards.indices) { cards[$0].propertyID }
    }

    func cards(at property: UUID) -> [VendorWorld.Card] {
      places[property]?.map { cards[$0] } ?? []
    }
  }

  package let account = Account()
  let properties: [PropertyRecord]
  /// What the vendor's clock says.
  let now: Instant
  let state: Mutex<State>
  private let listener: Mutex<Listener?> = Mutex(nil)
  private let address = Mutex("")

  private init(_ world: VendorWorld) {
    properties = world.properties
    now = world.now
    state = Mutex(State(cards: world.cards))
  }

  /// Starts the server with the cards of a world.
  package static func start(_ world: VendorWorld, port: Int = 0) async throws -> PartnerStandIn {
    let standIn = PartnerStandIn(world)
    let listener = Listener(name: "resman.partner", port: port) { request, _ in
      try await standIn.respond(to: request)
    }
    try await listener.start()
    let bound = await listener.port
    standIn.address.withLock { $0 = "http://127.0.0.1:\(bound)" }
    standIn.listener.withLock { $0 = listener }
    return standIn
  }

  package func stop() async { await listener.withLock { $0 }?.stop() }

  /// Without a slash at the end; v1 is at the same one.
  package var url: String { address.withLock { $0 } }
  package var ledger: Ledger { state.withLock { $0.ledger } }

  /// A card as it is now; nil where there is none of this id.
  package func card(_ id: String) -> VendorWorld.Card? {
    state.withLock { state in state.cards.first { $0.id == id } }
  }

  package var faults: Faults {
    get { state.withLock { $0.faults } }
    set { state.withLock { $0.faults = newValue } }
  }

  /// Staff change a card.
  package func edit(_ id: String, _ body: (inout VendorWorld.Card) -> Void) {
    state.withLock { state in
      guard let index = state.cards.firstIndex(where: { $0.id == id }) else { return }
      body(&state.cards[index])
    }
  }

  // MARK: - HTTP

  private func respond(to request: Request) async throws -> Response {
    let path = request.uri.path
    let refusal: Int? = state.withLock { state in
      state.atOnce += 1
      state.ledger.mostAtOnce = max(state.ledger.mostAtOnce, state.atOnce)
      state.ledger.calls.append("\(request.method.rawValue) \(path)")
      if state.atOnce > 2 { state.ledger.violations.append("more than two calls at once") }
      if state.faults.refusals > 0 {
        state.faults.refusals -= 1
        return 429
      }
      guard state.faults.outages > 0 else { return nil }
      state.faults.outages -= 1
      return 503
    }
    defer { state.withLock { $0.atOnce -= 1 } }
    let body = try await request.body.collect(upTo: 1 << 20)
    try await Task.sleep(for: faults.answerTime)
    faults.onAnswer?()
    if refusal == 503 { return Self.response(503, "text/html", "<html>gateway</html>") }
    if refusal == 429 {
      var answer = Self.error(429, "Too many requests")
      if let wait = faults.retryAfter { answer.headers[.retryAfter] = wait }
      return answer
    }
    var query: [String: String] = [:]
    for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
    if request.uri.string.contains(account.key) { forbid("the key stands in an address") }
    if path == "/Properties" || path == "/Prospects" || path == "/PickLists" {
      return v2(path, request, query)
    }
    return v1(path, request, form: String(decoding: Array(body.readableBytesView), as: UTF8.self))
  }

  func forbid(_ what: String) { state.withLock { $0.ledger.violations.append(what) } }

  static func response(_ status: Int, _ type: String, _ text: String) -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private static func error(_ status: Int, _ message: String) -> Response {
    response(
      status, "application/json", #"{"message":"\#(message)","code":"E","status":\#(status)}"#)
  }

  // MARK: - v2

  private func v2(_ path: String, _ request: Request, _ query: [String: String]) -> Response {
    let expected = "Basic " + Data("\(account.partner):\(account.key)".utf8).base64EncodedString()
    guard request.headers[.authorization] == expected else {
      return Self.error(401, "Bad credentials")
    }
    let named = request.headers.first { $0.name.canonicalName == "resman-account-id" }
    guard named?.value == account.id else {
      return Self.error(401, "No such account")
    }
    guard request.method == .get else {
      forbid("\(request.method.rawValue) to v2")
      return Self.error(405, "Method not allowed")
    }
    switch path {
    case "/Properties": return Self.response(200, "application/json", propertyList)
    case "/Prospects": return prospects(query)
    default: return Self.response(200, "application/json", #"{"pickList":[]}"#)
    }
  }

  private var propertyList: String {
    let list = properties.map {
      #"{"propertyId":"\#($0.id.uuidString.lowercased())","name":"\#($0.name)","type":"Apartment"}"#
    }
    return #"{"properties":[\#(list.joined(separator: ","))]}"#
  }

  private func prospects(_ query: [String: String]) -> Response {
    guard let property = query["propertyId"].flatMap(UUID.init(uuidString:)) else {
      return Self.error(400, "propertyId is required")
    }
    guard let since = query["modifiedSince"].flatMap(Self.time) else {
      forbid("modifiedSince is not RFC 1123")
      return Self.error(400, "modifiedSince is required")
    }
    if query["prospectId"] == nil, faults.unknownProperties.contains(property) {
      return Self.error(404, "No such property")
    }
    if let id = query["prospectId"] { state.withLock { $0.ledger.asked.append(id) } }
    let withLog = query["includeCommunicationLog"] == "true"
    let merged = faults.merged
    let asked = query["prospectId"].map { merged[$0] ?? $0 }
    let cards = state.withLock { $0.cards(at: property) }.filter { card in
      card.modified >= since && merged[card.id] == nil
        && asked.map { $0 == card.id } ?? true
    }
    if let asked, cards.isEmpty { return Self.error(404, "No prospect \(asked)") }
    let list = cards.map { $0.json(withLog: withLog) }
    return Self.response(
      200, "application/json", #"{"prospects":[\#(list.joined(separator: ","))]}"#)
  }

  private static func formatter(_ format: String) -> DateFormatter {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = .gmt
    formatter.dateFormat = format
    return formatter
  }

  static let rfc1123 = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"

  /// Microseconds since 1970 of a time in RFC 1123.
  private static func time(_ text: String) -> Int64? {
    formatter(rfc1123).date(from: text).map { Int64($0.timeIntervalSince1970) * 1_000_000 }
  }

  /// A time as v2 prints it.
  static func printed(_ microseconds: Int64) -> String {
    formatter(rfc1123).string(
      from: Date(timeIntervalSince1970: Double(microseconds / 1_000_000)))
  }

  // MARK: - v1

  private func v1(_ path: String, _ request: Request, form: String) -> Response {
    var fields: [String: String] = [:]
    for part in form.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      fields[pair[0]] =
        (pair.count > 1 ? pair[1] : "")
        .replacingOccurrences(of: "+", with: " ").removingPercentEncoding
    }
    func envelope(_ status: String, _ error: String, _ response: String) -> Response {
      Self.response(
        200, "application/xml",
        """
        <?xml version="1.0" encoding="utf-8"?><ResMan><MethodName>\(path)</MethodName>\
        <Status>\(status)</Status><ErrorDescription>\(error)</ErrorDescription>\
        <AccountID>\(account.id)</AccountID><PropertyID>\(fields["PropertyID"] ?? "")</PropertyID>\
        <Response>\(response)</Response></ResMan>
        """)
    }
    guard request.method == .post,
      request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true
    else {
      forbid("v1 takes forms by POST")
      return Self.response(404, "text/html", "")
    }
    guard fields["IntegrationPartnerID"] == account.partner, fields["ApiKey"] == account.key,
      fields["AccountID"] == account.id
    else { return envelope("Error", "Invalid ApiKey \(fields["ApiKey"] ?? "")", "") }
    switch path {
    case "/MITS/SearchProspects": break
    case "/MITS/PostLeadManagement4_0": return write(fields, envelope)
    case "/Leasing/GetEmployees", "/Leasing/GetProspectSources", "/Leasing/GetLostProspectReasons":
      return envelope("Success", "", Self.directory(path))
    default:
      forbid("a call that nobody may make: \(path)")
      return envelope("Error", "Not allowed", "")
    }
    guard let property = fields["PropertyID"].flatMap(UUID.init(uuidString:)) else {
      return envelope("Failed", "PropertyID is required", "")
    }
    if let id = fields["ProspectID"] {
      let cards = state.withLock { state in
        state.read.insert(id)
        return state.cards(at: property).filter {
          $0.id == id && !state.faults.hidden.contains(id)
        }
      }
      return envelope("Success", "", document(cards))
    }
    return window(fields, at: property, envelope)
  }

  private func window(
    _ fields: [String: String], at property: UUID,
    _ envelope: (String, String, String) -> Response
  ) -> Response {
    guard let from = fields["ModifiedStartDateTime"].flatMap({ Instant(iso8601: $0) }),
      let to = fields["ModifiedEndDateTime"].flatMap({ Instant(iso8601: $0) }), from < to
    else { return envelope("Failed", "A window has a start and an end", "") }
    let (cards, faults) = state.withLock { state in
      state.ledger.windows.append("\(from.iso8601) \(to.iso8601)")
      let cards = state.cards(at: property).filter {
        (from.microseconds...to.microseconds).contains($0.modified)
          && !state.faults.hidden.contains($0.id) && state.faults.merged[$0.id] == nil
      }
      return (cards, state.faults)
    }
    guard cards.count <= faults.mostCards else {
      return Self.response(502, "text/html", "<html>Error: Buffer Overflow</html>")
    }
    guard to.microseconds <= faults.failsAfter else {
      return envelope("Failed", "An unexpected error occurred", "")
    }
    return envelope("Success", "", document(cards))
  }

  func document(_ cards: [VendorWorld.Card]) -> String {
    let faults = faults
    let prospects = cards.map { card in
      card.xml(
        hidesComments: faults.hidesComments, isNameless: faults.nameless.contains(card.id))
    }.joined()
    return "<LeadManagement>"
      + (prospects.isEmpty ? "<Prospects/>" : "<Prospects>\(prospects)</Prospects>")
      + "</LeadManagement>"
  }
}

extension VendorWorld.Card {
  /// As v2 sends it.
  fileprivate func json(withLog: Bool) -> String {
    var text = JSONBody()
    text.object { text in
      text.member("prospectId", id)
      text.member("propertyId", propertyID.uuidString.lowercased())
      text.member("mainPersonId", "PE-\(id)")
      text.member("lastModified", PartnerStandIn.printed(modified))
      text.member("status", status)
      text.member("prospectSourceId", "SRC-1")
      text.member("prospectSourceName", "Website")
      text.member("firstContactDate", String(Instant(microseconds: modified).iso8601.prefix(10)))
      if let lostDate { text.member("lostDate", lostDate) }
      if let lostReason { text.member("lostReason", lostReason) }
      text.name("people")
      text.array(types.indices) { text, number in
        text.object { text in
          text.member("personId", number == 0 ? "PE-\(id)" : "PE-\(id)-\(number)")
          text.member("firstName", firstName)
          text.member("lastName", lastName)
          if number == 0 {
            if let email { text.member("email", email) }
            if let phone { text.member("phone", phone) }
          }
          text.member("isMainContact", number == 0)
        }
      }
      if withLog {
        text.name("communicationLog")
        text.array(log) { text, type in
          text.object { text in
            text.member("communicationLogId", "C-\(id)")
            text.member("date", "2026-11-01")
            text.member("interactionType", type)
            text.member("note", "a \"note\"")
          }
        }
      }
      if let leaseStatus {
        text.name("lease")
        text.object { text in
          text.member("leaseId", "L-\(id)")
          text.member("status", leaseStatus)
          if let leaseSignedDate { text.member("leaseSignedDate", leaseSignedDate) }
        }
      }
    }
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// As v1 sends it.
  fileprivate func xml(hidesComments: Bool, isNameless: Bool) -> String {
    func identification(_ type: String, _ value: String) -> String {
      "<Identification IDType=\"\(type)\" IDValue=\"\(value)\" OrganizationName=\"ResMan\"/>"
    }
    let customers = types.enumerated().map { number, type -> String in
      let isMain = number == 0
      let (first, last) = isMain ? (firstName, lastName) : ("Bo", "Other \(number)")
      let name =
        "<FirstName>\(Self.escaped(first))</FirstName><LastName>\(Self.escaped(last))</LastName>"
      let attribute = isMain && !hasType ? "" : " Type=\"\(type)\""
      let card = isNameless ? "" : identification("ProspectID", id)
      let person =
        isMain && !hasPersonID ? "" : identification("PersonID", "PE-\(id)-\(number)")
      return "<Customer\(attribute)>\(card)\(person)<Name>\(name)</Name></Customer>"
    }
    let events = self.events.map { event in
      let parts = [
        ("TransactionSource", event.source), ("Comments", hidesComments ? nil : event.comments),
        ("EventReasons", event.reasons),
      ].compactMap { name, text in text.map { "<\(name)>\(Self.escaped($0))</\(name)>" } }
      return """
        <Event EventType="\(event.type)" EventDate="\(event.date)"><Agent>\
        <AgentID IDValue="\(event.agent)"/></Agent><FirstContact>False</FirstContact>\
        \(parts.joined())</Event>
        """
    }
    return """
      <Prospect><Customers>\(customers.joined())</Customers><Events>\(events.joined())</Events>\
      </Prospect>
      """
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}

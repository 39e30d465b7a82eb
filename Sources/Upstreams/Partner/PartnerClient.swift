import Foundation
import HTTP
import Leads
import Links
import Store
import XML

/// ResMan's partner interface (docs/vendors.md): v2 for the state of prospects, v1 for their events. A property
/// is one page: both answers are put together and written as the status API would write them.
package struct PartnerClient: ResManAPI, PageSource, CardContacts {
  /// How far back a full pull goes.
  static let horizon = Duration.seconds(400 * 86_400)
  package var horizon: Duration? { Self.horizon }
  /// Calls that the vendor takes of one account at once, of v1 and v2 together.
  package static let mostAtOnce = 2
  /// Prospects of one pull of a property that may be asked for one by one, because only one of the two answers had them.
  static let mostSingles = 500

  private let state: UpstreamHost
  let events: UpstreamHost
  let account: PartnerAccount

  /// - Parameters:
  ///   - settings: of v2; its token and concurrency are set here.
  ///   - eventsURL: of v1.
  ///   - other: a client of the same account whose calls count together with these.
  package init(
    _ settings: UpstreamSettings, eventsURL: String, account: PartnerAccount, client: WebClient,
    clock: RunClock, budget: RetryBudget = RetryBudget(), countingWith other: PartnerClient? = nil
  ) {
    var two = settings
    two.token = account.credentials
    two.scheme = "Basic"
    two.concurrency = min(settings.concurrency, Self.mostAtOnce)
    state = UpstreamHost(
      two, client: client, clock: clock, budget: budget, countingWith: other?.state)
    var one = two
    one.url = eventsURL.hasSuffix("/") ? String(eventsURL.dropLast()) : eventsURL
    one.scheme = nil
    events = UpstreamHost(one, client: client, clock: clock, budget: budget, countingWith: state)
    self.account = account
  }

  package func properties() async throws(CallFailure) -> PropertyList {
    let answer = try await outlasting(
      OutgoingCall(path: "/Properties", maximumBytes: 16 << 20, endsWithRun: true), state)
    guard answer.status == 200, let list = PropertyList(partner: answer, zones: account.zones)
    else { throw CallFailure(.malformed, "the properties are not what the interface sends") }
    guard !list.properties.isEmpty || !list.faults.isEmpty else {
      throw CallFailure(.malformed, "the account shows no property")
    }
    return list
  }

  package func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    let now = state.clock.now()
    let since = updatedSince ?? now - Self.horizon
    let read = try await self.cards(at: property, from: since, to: now)
    var cards = read.byID
    guard let parser = ProspectParser() else {
      throw CallFailure(.malformed, "no memory for a parser")
    }
    let prospects = try parse(
      try await self.prospects(at: property, since: since), with: parser)
    let shown = Set(prospects.compactMap(\.id))
    // Only one of the two answers has it: it is asked for alone.
    let withoutEvents = prospects.compactMap(\.id).filter { cards[$0] == nil }
    for id in withoutEvents.prefix(Self.mostSingles) {
      cards[id] = try await card(id, at: property)?.prospect
    }
    var merge = ProspectMerge(account, at: property)
    for prospect in prospects { merge.take(prospect, cards) }
    let withoutState = cards.keys.filter { !shown.contains($0) }.sorted()
    for id in withoutState.prefix(Self.mostSingles) {
      let single = try parse(try await self.prospects(at: property, of: id), with: parser)
      for prospect in single where prospect.id == id { merge.take(prospect, cards) }
    }
    merge.leftOut += max(0, withoutState.count - Self.mostSingles) + read.nameless
    return merge.page()
  }

  /// Every card that was modified within the horizon, without its communication log: one call, of which nothing is kept.
  /// A card whose contacts cannot be used is one without contacts.
  package func contacts(at property: UUID) async throws(CallFailure) -> [CardContact] {
    guard let parser = ProspectParser() else {
      throw CallFailure(.malformed, "no memory for a parser")
    }
    let since = (state.clock.now() - Self.horizon).rfc1123
    let answer = try await prospects(
      at: property, "&modifiedSince=\(percentEncoded(since))", withLog: false)
    return try parse(answer, with: parser).compactMap { prospect in
      guard let id = prospect.id, !id.isEmpty, id.utf8.count <= 100,
        prospect.propertyID.flatMap(UUID.init(uuidString:)) ?? property == property
      else { return nil }
      return CardContact(
        leadID: id, propertyID: property, email: prospect.email, phone: prospect.phone)
    }
  }

  /// A lead that is not known to be at any property cannot be asked for.
  package func lead(_ id: String) async -> ReadAnswer { await lead(id, at: nil) }

  package func lead(_ id: String, at property: UUID?) async -> ReadAnswer {
    guard let property else {
      return .failed(CallFailure(.malformed, "a lead is asked for at its property"))
    }
    do throws(CallFailure) {
      guard let shown = try await shown(id, at: property) else { return .missing }
      let snapshot = shown.snapshot
      return snapshot.resmanLeadID == id ? .found(snapshot) : .another(snapshot)
    } catch {
      return .failed(error)
    }
  }

  /// One prospect in both answers.
  struct Shown: Sendable {
    /// Its tag stands for what v1 shows, which a write rests on.
    var snapshot: LeadSnapshot
    var events: MITSAnswer.Prospect
    /// Nil where v2 shows no status.
    var card: PartnerCard?
  }

  /// - Parameter waits: for the vendor's gateway, where it is out.
  /// - Returns: nil where v2 does not have it; the prospect into which it was merged, where it was.
  func shown(
    _ id: String, at property: UUID, waits: Bool = true
  ) async throws(CallFailure) -> Shown? {
    guard let parser = ProspectParser() else {
      throw CallFailure(.malformed, "no memory for a parser")
    }
    let found = try parse(
      try await prospects(at: property, of: id, waits: waits), with: parser)
    guard let prospect = found.first(where: { $0.id == id }) ?? found.first,
      let shown = prospect.id
    else { return nil }
    guard let read = try await self.card(shown, at: property, waits: waits) else {
      throw CallFailure(.malformed, "v1 does not show the events of a prospect of v2")
    }
    let events = read.prospect
    var merge = ProspectMerge(account, at: property)
    merge.take(prospect, [shown: events])
    // The tag stands for v1's answer, and so does the age: a slow v2 before it makes nothing older.
    let answer = IncomingAnswer(
      status: 200, headers: WebHeaders(), body: merge.lead(), readAt: read.readAt)
    guard var snapshot = LeadRecord.snapshot(in: answer) else {
      throw CallFailure(.malformed, "the prospect is not what the interface sends")
    }
    snapshot.etag = MITSAnswer.tag(events)
    return Shown(snapshot: snapshot, events: events, card: merge.card(prospect, events))
  }

  /// Reads what was modified in the last minute at a property from both interfaces, for `doctor`.
  package func probe(_ property: UUID) async throws(CallFailure) {
    let now = state.clock.now()
    _ = try await prospects(at: property, since: now - .seconds(60))
    _ = try await cards(at: property, from: now - .seconds(60), to: now)
  }

  /// The interface has no history of statuses.
  package func history(of id: String, limit: Int) async -> HistoryAnswer { .notOffered }

  // MARK: - v2

  private func prospects(
    at property: UUID, since: Instant
  ) async throws(CallFailure) -> [UInt8] {
    try await prospects(at: property, "&modifiedSince=\(percentEncoded(since.rfc1123))")
  }

  /// One prospect, whenever it was modified.
  private func prospects(
    at property: UUID, of id: String, waits: Bool = true
  ) async throws(CallFailure) -> [UInt8] {
    let since = Instant(microseconds: Instant.postgresEpoch).rfc1123
    let query = "&modifiedSince=\(percentEncoded(since))&prospectId=\(percentEncoded(id))"
    return try await prospects(at: property, query, isOne: true, waits: waits)
  }

  /// - Parameter isOne: one prospect is asked for, which v2 may not have. A property that it does not have is a failure,
  ///   never one without prospects.
  private func prospects(
    at property: UUID, _ query: String, withLog: Bool = true, isOne: Bool = false,
    waits: Bool = true
  ) async throws(CallFailure) -> [UInt8] {
    let id = property.uuidString.lowercased()
    let log = withLog ? "&includeCommunicationLog=true" : ""
    let answer = try await outlasting(
      OutgoingCall(
        path: "/Prospects?propertyId=\(id)\(query)\(log)",
        maximumBytes: 256 << 20, endsWithRun: true), state, waits: waits)
    guard answer.status == 404 else { return answer.body }
    guard isOne else { throw CallFailure(.status(404), "HTTP 404 to a whole property") }
    // A card that was merged into another one.
    return Array(#"{"prospects":[]}"#.utf8)
  }

  private func parse(
    _ body: [UInt8], with parser: ProspectParser
  ) throws(CallFailure) -> [Prospect] {
    do throws(PageFault) {
      return try parser.parse(body)
    } catch {
      throw CallFailure(.malformed, "the prospects cannot be read: \(error)")
    }
  }

  // MARK: - Both

  private static let outages: Set<Int> = [502, 503, 504]
  /// The vendor's gateway says 502, 503 or 504 for about a minute; it is waited for three times, but never by a client whose
  /// calls may not wait so long.
  private static let outage = Duration.seconds(60)
  private static let outageWaits = 3

  /// An answer, whatever its status, once the vendor's gateway is there.
  /// - Parameter waits: false: a gateway that is out is a failure at once.
  func outlasting(
    _ call: OutgoingCall, _ host: UpstreamHost, waits mayWait: Bool = true
  ) async throws(CallFailure) -> IncomingAnswer {
    var waits = 0
    while true {
      var call = call
      call.headers = host === state ? [("resman-account-id", account.accountID)] : []
      let answer = try await host.read(call, accepting: Self.outages.union([404]))
      guard Self.outages.contains(answer.status), !Self.isTooWide(answer) else { return answer }
      guard mayWait, waits < Self.outageWaits,
        host.mayWait(Self.outage, after: Self.outage * waits)
      else {
        throw CallFailure(.status(answer.status), "HTTP \(answer.status) from the gateway")
      }
      waits += 1
      do { try await host.clock.sleep(Self.outage) } catch {
        throw CallFailure(.cancelled, "cancelled while the gateway was waited for")
      }
    }
  }

  /// The window holds more than v1 can answer at once.
  static func isTooWide(_ answer: IncomingAnswer) -> Bool {
    answer.status == 502
      && String(decoding: answer.body.prefix(4096), as: UTF8.self).lowercased()
        .contains("buffer overflow")
  }
}

extension PropertyList {
  /// The properties that v2 lists; nil where it is no list. An element that cannot be used costs itself only.
  init?(partner answer: IncomingAnswer, zones: [UUID: String]) {
    struct Element: Decodable {
      var propertyId: Lenient<UUID>?
      var name: Lenient<String>?
    }
    struct Page: Decodable { var properties: [Lenient<Element>] }
    guard let page = try? JSON.decode(answer.body, as: Page.self) else { return nil }
    self.init([])
    for (index, element) in page.properties.enumerated() {
      guard let id = element.value?.propertyId?.value else {
        faults.append("element \(index + 1) of ResMan's list of properties has no propertyId")
        continue
      }
      guard !properties.contains(where: { $0.id == id }) else { continue }
      properties.append(
        Property(id: id, name: element.value?.name?.value ?? "", timezone: zones[id]))
    }
  }
}

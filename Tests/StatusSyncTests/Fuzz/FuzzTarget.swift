import CSimdjson
import CSV
import Foundation
import HTTP
import Leads

@testable import Nightly  // uses `isLegal`, internal
@testable import Pulls  // uses `BloomFilter`, internal
import Settings
import Store
@testable import Upstreams  // uses `acknowledgement`, internal

/// Every parser of external bytes, with the properties that must hold for any input. Used by the tests and by
/// the fuzzer (`make fuzz`).
enum FuzzTarget: String, CaseIterable, Sendable {
  case page, bothParsers, neighbours, lead, properties, history, acknowledgement, webhookAnswer,
    problem
  case prospects, mits
  case signature, csv, csvPieces, settings, plan, retryAfter, instant, json

  /// Nil if every property holds; otherwise the violated one.
  func violation(_ bytes: [UInt8]) -> String? {
    switch self {
    case .page: Self.page(bytes)
    case .bothParsers: Self.bothParsers(bytes)
    case .neighbours: Self.neighbours(bytes)
    case .lead: Self.lead(bytes)
    case .properties:
      PropertyList(Self.answer(bytes)).flatMap { list in
        Set(list.properties.map(\.id)).count == list.properties.count
          ? nil : "a property came twice"
      }
    case .history: Self.history(bytes)
    case .acknowledgement: Self.acknowledgement(bytes)
    case .webhookAnswer: Self.webhookAnswer(bytes)
    case .problem:
      Self.answer(bytes, status: 422).problem.count <= 300 ? nil : "the reasons are not shortened"
    case .prospects: Self.prospects(bytes)
    case .mits: Self.mits(bytes)
    case .signature: Self.signature(bytes)
    case .csv: Self.csv(bytes)
    case .csvPieces: Self.csvPieces(bytes)
    case .settings: Self.settings(bytes)
    case .plan: Self.plan(bytes)
    case .retryAfter:
      RetryAfter.seconds(String(decoding: bytes, as: UTF8.self), now: Instant(microseconds: 0))
        .flatMap { $0 >= 0 && $0.isFinite ? nil : "a wait of \($0) s" }
    case .instant: Self.instant(bytes)
    case .json: Self.json(bytes)
    }
  }
}

// MARK: - Answers of the two systems

extension FuzzTarget {
  static let property = UUID(uuid: (0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1))
  private static let filter = BloomFilter()

  static func answer(_ bytes: [UInt8], status: Int = 200) -> IncomingAnswer {
    IncomingAnswer(status: status, headers: WebHeaders(), body: bytes)
  }

  /// Parses a page of either system and encodes its records.
  private static func encode(_ bytes: [UInt8], _ system: Leads.System) -> PropertyPull? {
    var pulled = PropertyPull(system: system, propertyID: property, isIncremental: false)
    var encoder = RecordEncoder(
      system: system, property: property, mapping: .standard, policy: Policy(),
      startedAt: Instant(microseconds: 0), filter: filter)
    let isPage = try? PageParser()?.parse(bytes) { page in
      encoder.encode(page.leads, readAt: Instant(microseconds: 0), into: &pulled)
      return true
    }
    guard isPage == true else { return nil }
    pulled.distinct = encoder.distinct
    return encoder.take().count >= 0 ? pulled : nil
  }

  private static func page(_ bytes: [UInt8]) -> String? {
    for system in Leads.System.allCases {
      guard let pulled = encode(bytes, system) else { continue }
      guard pulled.distinct <= pulled.records, pulled.quarantined <= pulled.records,
        pulled.withoutID <= pulled.records
      else { return "counts do not add up: \(pulled)" }
    }
    return nil
  }

  /// What is written of an answer of ResMan's v2 is a page whose counts add up, whatever the answer holds.
  private static func prospects(_ bytes: [UInt8]) -> String? {
    guard let prospects = try? ProspectParser()?.parse(bytes) else { return nil }
    var merge = ProspectMerge(zone: .gmt)
    let ids = prospects.compactMap(\.id)
    let cards = ids.map { ($0, MITSAnswer.Prospect(id: $0)) }
    for prospect in prospects {
      merge.take(prospect, Dictionary(cards.dropFirst()) { first, _ in first })
    }
    let page = merge.page()
    guard let pulled = encode(page, .resman) else { return "the page cannot be read" }
    guard pulled.records <= prospects.count else { return "more leads than prospects" }
    return Self.page(page)
  }

  /// A document that is read has times that read the same when they are printed.
  private static func mits(_ bytes: [UInt8]) -> String? {
    guard let answer = try? MITSAnswer(bytes),
      let zone = TimeZone(identifier: "America/Chicago")
    else { return nil }
    for event in answer.prospects.flatMap(\.events) {
      guard let time = VendorTime(event.date, zone: zone) else { continue }
      guard Instant(iso8601: time.iso8601) == time.earliest, time.earliest <= time.latest else {
        return "\(event.date) is printed as \(time.iso8601)"
      }
    }
    return nil
  }

  /// The fast parser and the strict parser read a page alike (an unusual, unused field at the front forces
  /// the strict one). If one refuses the page, so does the other, at the same position.
  private static func bothParsers(_ bytes: [UInt8]) -> String? {
    let next = bytes.dropFirst().first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard bytes.first == UInt8(ascii: "{"), next == UInt8(ascii: "\"") else { return nil }
    let odd = Array(#""\ud83d":1e999,"#.utf8)
    let plain = Result { try contents(bytes) }
    let strict = Result { try contents([bytes[0]] + odd + bytes.dropFirst()) }
    switch (plain, strict) {
    case (.success(let one), .success(let two)): return one == two ? nil : "\(one) and \(two)"
    case (.failure(let one as PageFault), .failure(let two as PageFault)):
      return one.offset.map { $0 + odd.count } == two.offset ? nil : "\(one), but \(two)"
    default: return "\(plain), but \(strict)"
    }
  }

  private static func contents(_ bytes: [UInt8]) throws -> [String] {
    guard let parser = PageParser() else { return [] }
    return try parser.parse(bytes) { page in
      let leads = page.leads.map { lead in
        let texts = [lead.resman_lead_id, lead.conversation_id, lead.status, lead.updated_at]
          .map { $0.string ?? "-" }
        return "\(texts) \(lead.lead_score) \(lead.has_lead_score) \(lead.fields) \(lead.problem)"
      }
      return leads + [
        "\(page.nextCursor ?? "-") \(page.totalCount ?? -1)", page.cursorFault ?? "-",
        page.totalFault ?? "-",
      ]
    }
  }

  /// Puts bytes in the place of one field of the middle record: if the page still has three records, the
  /// other two are unchanged.
  private static func neighbours(_ bytes: [UInt8]) -> String? {
    let good = { (id: String) in
      #"{"resman_lead_id":"\#(id)","status":"new","updated_at":"2026-01-01T00:00:00Z"}"#
    }
    let text =
      Array(#"{"leads":[\#(good("L-1")),{"resman_lead_id":"L-2","status":"#.utf8) + bytes
      + Array(#"},\#(good("L-3"))],"next_cursor":null,"total_count":3}"#.utf8)
    guard let pulled = encode(text, .resman), pulled.records == 3 else { return nil }
    return pulled.quarantined <= 1 ? nil : "a bad record took its neighbours with it"
  }

  private static func lead(_ bytes: [UInt8]) -> String? {
    guard let snapshot = LeadRecord.snapshot(in: answer(bytes)) else { return nil }
    let status = StatusMapping.standard.canonical(resman: snapshot.raw)
    let isSame = status == nil || StatusMapping.normalise(snapshot.raw) == status?.rawValue
    return isSame ? nil : "an unknown status was coerced"
  }

  private static func history(_ bytes: [UInt8]) -> String? {
    guard case .entries(let entries, _) = ResManClient.history(in: answer(bytes)) else {
      return nil
    }
    let intent = "01020304-0506-0708-090a-0b0c0d0e0f10"
    let named = entries.filter { $0.mentions(intent) }
    return named.isEmpty || String(decoding: bytes, as: UTF8.self).lowercased().contains("0102")
      ? nil : "an intent was found that is not there"
  }

  private static let change = StatusChange(
    intentID: property, leadID: "L-1", propertyID: nil, conversationID: nil, old: .new,
    new: .contacted, reason: "", notify: false, occurredAt: nil)

  /// Only a complete object that says success for this status is an acknowledgement.
  private static func acknowledgement(_ bytes: [UInt8]) -> String? {
    guard case .acknowledged = ResManClient.acknowledgement(answer(bytes), of: change) else {
      return nil
    }
    let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    guard object?["success"] as? Bool == true else { return "taken without success: true" }
    let said = object?["new_status"] as? String
    return said.map { StatusMapping.normalise($0) == "contacted" } ?? true
      ? nil : "taken for another status"
  }

  private static func webhookAnswer(_ bytes: [UInt8]) -> String? {
    guard case .acknowledged = DomIQClient.acknowledgement(answer(bytes)) else { return nil }
    let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    return object?["success"] as? Bool == false ? "taken though it says success: false" : nil
  }

  private static func signature(_ bytes: [UInt8]) -> String? {
    guard let signer = WebhookSignature(secrets: ["whsec_c3luYwAAAAAAAAAAAAAAAAAAAAAAAAAA"]) else {
      return "the secret is not taken"
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    let field = { (index: Int) in index < parts.count ? String(parts[index]) : "" }
    let isValid = signer.verify(
      id: field(0), timestamp: field(1), signatures: field(2), body: bytes, now: 1_760_000_000)
    return isValid ? "a signature nobody made" : nil
  }
}

// MARK: - Files and texts

extension FuzzTarget {
  private static func csv(_ bytes: [UInt8]) -> String? {
    guard let rows = try? CSVReader.rows(of: bytes) else { return nil }
    guard Set(rows.map(\.count)).count <= 1 else { return "rows of different lengths" }
    var writer = CSVWriter()
    for row in rows { writer.row(row.map { .optional($0) }) }
    // A row that is one NULL is an empty line.
    guard rows.allSatisfy({ $0 != [nil] }) else { return nil }
    guard let again = try? CSVReader.rows(of: writer.take()) else { return "not read back" }
    return again == rows ? nil : "read back as something else"
  }

  private static func csvPieces(_ bytes: [UInt8]) -> String? {
    let whole = Result { try CSVReader.rows(of: bytes) }
    let pieces = Result { () throws -> [[String?]] in
      var reader = try CSVReader()
      var rows: [[String?]] = []
      var rest = bytes[...]
      var size = 1
      while !rest.isEmpty {
        rows += try reader.read(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
        size = size % 7 + 1
      }
      return rows + (try reader.finish())
    }
    switch (whole, pieces) {
    case (.success(let one), .success(let two)): return one == two ? nil : "pieces read otherwise"
    case (.success, .failure), (.failure, .success):
      // A byte-order mark is only looked for in the first chunk.
      return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? nil : "pieces end otherwise"
    case (.failure, .failure): return nil
    }
  }

  private static func settings(_ bytes: [UInt8]) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self),
      let settings = try? Settings.parse(text, named: "fuzz", environment: [:])
    else { return nil }
    let isInRange =
      (0...100).contains(settings.limits.guards.repairPercent)
      && settings.limits.deadlineSeconds >= 1 && settings.resman.concurrency >= 1
    return isInRange ? nil : "a value out of its range was taken"
  }

  private static func plan(_ bytes: [UInt8]) -> String? {
    guard let plan = try? PlanFile.load(Data(bytes)) else { return nil }
    return plan.leads.allSatisfy { $0.isLegal(.identity) }
      ? nil : "a push against the transition rules was taken"
  }

  private static func instant(_ bytes: [UInt8]) -> String? {
    let read = bytes.withUnsafeBufferPointer { Instant(utf8: $0) }
    guard let read else { return nil }
    return Instant(iso8601: read.iso8601) == read ? nil : "\(read.iso8601) is read otherwise"
  }

  private static func json(_ bytes: [UInt8]) -> String? {
    guard let value = JSONValue(utf8: bytes) else { return nil }
    guard let text = try? JSON.encode(value) else { return "not written" }
    return JSONValue(utf8: Array(text.utf8)) == nil ? "not read back" : nil
  }
}

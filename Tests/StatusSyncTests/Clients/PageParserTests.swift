import CSimdjson
import Leads
import Testing

import Upstreams

/// Valid JSON is read, whatever its numbers, escapes and depth; for other input the error names the position.
@Suite struct PageParserTests {
  struct Seen: Equatable {
    var ids: [String?]
    var problems: [UInt8]
    var next: String?
    var total: Int?
    var faults: [String]
  }

  private func read(_ text: [UInt8]) throws -> Seen {
    let parser = try #require(PageParser())
    return try parser.parse(text) { page in
      Seen(
        ids: page.leads.map { $0.resman_lead_id.string }, problems: page.leads.map(\.problem),
        next: page.nextCursor, total: page.totalCount,
        faults: [page.cursorFault, page.totalFault].compactMap { $0 })
    }
  }

  private static func page(_ field: String) -> String {
    """
    {"leads":[{"resman_lead_id":"L-1","status":"new"},\
    {"resman_lead_id":"L-2","status":"new",\(field)},{"resman_lead_id":"L-3","status":"new"}],\
    "next_cursor":null,"total_count":3}
    """
  }

  @Test(arguments: [
    #""first_name":"Ann \ud83d""#, #""first_name":"\ude00\ud83d\ud83d""#,
    #""x":12345678901234567890123"#, #""x":18446744073709551616"#, #""x":-18446744073709551616"#,
    #""x":1e400"#, #""x":[{"y":-1E+999}]"#, #""\ud800":1"#, #""x":{"\ud800":{"y":[[],{}]}}"#,
    #""x":\#(String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000))"#,
    #""email":"a\ud83d@example.com""#, #""x":"ö🏠\u00e9\ud83c\udfe0""#, #""x":1e400,"y":null"#,
  ])
  func whatNobodyNeedsMayBeAnyJSON(_ field: String) throws {
    let seen = try read(Array(Self.page(field).utf8))
    #expect(
      seen
        == Seen(ids: ["L-1", "L-2", "L-3"], problems: [0, 0, 0], next: nil, total: 3, faults: []))
  }

  @Test(arguments: [
    (#""updated_at":"\ud83d""#, RecordFault.brokenText), (#""lead_score":1e400"#, .outOfRange),
    (#""lead_score":12345678901234567890123"#, .outOfRange), (#""lead_score":"70""#, .wrongType),
    (#""status":"lost""#, .repeatedKey), (#""x":1e400,"st\u0061tus":"lost""#, .repeatedKey),
    (#""updated_at":"\u0000\ud83d\ude00""#, .nul), (#""email":7"#, .wrongType),
  ])
  func whatCannotBeUsedCostsItsRecord(_ field: String, _ fault: RecordFault) throws {
    let seen = try read(Array(Self.page(field).utf8))
    #expect(seen.problems == [0, fault.rawValue, 0])
    #expect(seen.total == 3)
  }

  /// Both parsers read the same record alike; an unusual, unused field forces the second parser.
  @Test(arguments: [
    #""lead_score":69.99,"email":"a","phone":"","tour_datetime":null,"income_verification":true"#,
    #""lead_score":-0.0,"email":null"#, #""lead_score":1e2,"income_verification":1"#,
    #""lead_score":123456789012"#, #""conversation_id":"\#(String(repeating: "x", count: 101))""#,
    #""updated_at":"\u0041\n\"\\\/""#,
  ])
  func bothParsersAgree(_ field: String) throws {
    func record(_ text: String) throws -> [String] {
      let parser = try #require(PageParser())
      return try parser.parse(Array(text.utf8)) { page in
        let lead = page.leads[1]
        return [
          "\(lead.lead_score) \(lead.has_lead_score) \(lead.fields) \(lead.problem)",
          lead.updated_at.string ?? "-", lead.conversation_id.string ?? "-",
          lead.status.string ?? "-",
        ]
      }
    }
    #expect(try record(Self.page(field)) == record(Self.page(field + #","x":1e999"#)))
  }

  /// A fault of a field that describes costs its value, and nothing else of the record; both parsers agree.
  @Test(arguments: [
    (#""source":"Zillow","lost_reason":null"#, "Zillow", 0), (#""source":7"#, "-", 1),
    (#""source":["a"],"agent_id":{"b":1},"tour_status":true"#, "-", 3),
    (#""source":"a","source":"b""#, "-", 1), (#""source":"a","source":null"#, "-", 1),
    (#""source":"a","source":"b","source":"c""#, "-", 2), (#""source":null"#, "-", 0),
    (#""source":"\#(String(repeating: "x", count: 501))""#, "-", 1),
    (#""source":"","agent_id":"A-1""#, "", 0), (#""source":"a\ud83d","agent_id":"A-1""#, "-", 1),
    (#""source":"Mum\u0009""#, "Mum\t", 0), (#""agent_name":"x""#, "-", 0),
  ])
  func aBadDescriptionCostsItselfAlone(_ field: String, _ source: String, _ bad: Int) throws {
    let parser = try #require(PageParser())
    for field in [field, field + #","x":1e999"#] {
      try parser.parse(Array(Self.page(field).utf8)) { page in
        #expect(page.leads.map(\.problem) == [0, 0, 0])
        #expect((page.leads[1].description.source.string ?? "-") == source)
        #expect(page.leads.map { Int($0.description.bad_values) } == [0, bad, 0])
        #expect(page.leads[0].description.is_told == 0)
      }
    }
  }

  @Test(arguments: [
    (#"{"leads":[{"a":NaN}]}"#, 15, "no JSON value"), (#"{"leads":[{"a":01}]}"#, 16, "a comma"),
    ("{\"leads\":[{\"a\":\"x\ny\"}]}", 17, "a control character"),
    (#"{"leads":[]} x"#, 13, "something follows"), (#"{"leads":[{"a":1e400}"#, 21, "it ends early"),
    (#"{"leads":[{"a":"\x"}]}"#, 17, "an escape"), (#"{"leads":[{"a":.5}]}"#, 15, "no JSON value"),
    (#"{"leads":[{"a":1,}]}"#, 17, "a key"), (#"{'leads':[]}"#, 1, "a key"),
    ("", 0, "it ends early"),
    (#"{"leads":[{"a":[1 2]}]}"#, 18, "a comma"), (#"{"leads":[{"a":tru}]}"#, 15, "no JSON value"),
    ("<html>", 0, "no JSON value"),
  ])
  func whatIsNoJSONIsNamedByItsPlace(_ text: String, _ offset: Int, _ why: String) throws {
    let fault = #expect(throws: PageFault.self) { try read(Array(text.utf8)) }
    #expect(fault?.offset == offset)
    #expect(fault?.reason.hasPrefix(why) == true, "\(fault?.description ?? "")")
  }

  @Test(arguments: [
    [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
  ])
  func bytesThatAreNoTextAreNamed(_ bytes: [UInt8]) {
    let text = Array(#"{"leads":[{"a":"x"#.utf8) + bytes + Array(#""}]}"#.utf8)
    let fault = #expect(throws: PageFault.self) { try read(text) }
    #expect(fault?.description == "not JSON at byte 17: a byte that is not UTF-8")
  }

  @Test(arguments: [
    (#""next_cursor":"","total_count":3.0"#, nil as String?, 3 as Int?, 0),
    (#""next_cursor":"c","total_count":3e0"#, "c", 3, 0),
    (#""next_cursor":null,"total_count":null"#, nil, nil, 0), (#""x":1e400"#, nil, nil, 0),
    (#""next_cursor":7,"total_count":"3""#, nil, nil, 2), (#""total_count":3.5"#, nil, nil, 1),
    (#""total_count":-1"#, nil, nil, 1), (#""total_count":1e400"#, nil, nil, 1),
    (#""next_cursor":"\ud83d""#, nil, nil, 1),
    (#""next_cursor":"\#(String(repeating: "c", count: 5_000))""#, nil, nil, 1),
  ])
  func whatIsSaidOfAllPagesCostsNoRecord(
    _ members: String, _ next: String?, _ total: Int?, _ faults: Int
  ) throws {
    let seen = try read(Array(#"{"leads":[{"resman_lead_id":"L-1"}],\#(members)}"#.utf8))
    #expect(seen.ids == ["L-1"])
    #expect(seen.next == next)
    #expect(seen.total == total)
    #expect(seen.faults.count == faults)
  }
}

import Foundation
import Leads
import Testing

@testable import StandIns  // uses `FaultInjector`, internal

@Suite struct FaultTests {
  private let page = "/api/resman/leads?property_id=\(World.propertyID)&limit=2"

  @Test func refusalsBeforeTheWorkApplyNothing() async throws {
    for (kind, status) in [
      (Fault.Kind.tooManyRequests, 429), (.unavailable, 503), (.errorBefore, 500),
      (.forbidden, 403),
    ] {
      try await withStandIns { standIns async throws in
        standIns.faults.add(
          Fault(kind, on: .resman, route: .status, count: 1, retryAfter: "7"))
        let key = ["Idempotency-Key": "k"]
        let answer = try await standIns.put("L-1", "qualified", headers: key)
        #expect(answer.status == status)
        if [429, 503].contains(status) { #expect(answer.headers["retry-after"] == "7") }
        #expect(standIns.ledger.applied.isEmpty)
        #expect(try await standIns.put("L-1", "qualified", headers: key).status == 200)
        #expect(standIns.ledger.applied.count == 1)
      }
    }
  }

  @Test func anErrorAfterApplyingHidesTheEffect() async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.add(Fault(.errorAfter, on: .resman, route: .status, count: 1))
      let key = ["Idempotency-Key": "k"]
      #expect(try await standIns.put("L-1", "qualified", headers: key).status == 500)
      #expect(standIns.resman.lead("L-1")?.status == "qualified")
      #expect(standIns.ledger.applied.map(\.key) == ["k"])
      #expect(standIns.ledger.reading.replies.map(\.isAcknowledgement) == [false])
      #expect(try await standIns.put("L-1", "qualified", headers: key).status == 200)
      #expect(standIns.ledger.applied.count == 1)
    }
  }

  @Test(arguments: [nil, 0, 1, 20])
  func aTornAnswerIsNoAcknowledgement(bytes: Int?) async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.add(Fault(.torn, on: .resman, route: .status, count: 1, bytes: bytes))
      await #expect(throws: (any Error).self) {
        try await standIns.put("L-1", "qualified")
      }
      #expect(standIns.resman.lead("L-1")?.status == "qualified")
      let replies = standIns.ledger.reading.replies
      #expect(replies.map(\.sent) == [false])
      #expect(replies.map(\.isAcknowledgement) == [false])
    }
  }

  @Test func anAcknowledgementWithoutSavingAppliesNothing() async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.set([
        Fault(.ackWithoutSaving, on: .resman, route: .status, lead: "L-1"),
        Fault(.ackWithoutSaving, on: .domiq, route: .webhook, lead: "L-2"),
      ])
      #expect(try await standIns.put("L-1", "qualified").json["success"] == .bool(true))
      #expect(try await standIns.webhook("L-2", "contacted", "lost").status == 200)
      #expect(standIns.resman.lead("L-1")?.status == "contacted")
      #expect(standIns.domiq.lead(resman: "L-2")?.status == "engaged")
      #expect(standIns.ledger.reading.effects.isEmpty)
      #expect(standIns.ledger.reading.replies.map(\.isAcknowledgement) == [true, true])
      #expect(standIns.ledger.reading.replies.flatMap(\.faults).count == 2)
      #expect(try await standIns.put("L-2", "qualified").status == 200)
      #expect(standIns.ledger.applied.count == 1)
    }
  }

  @Test func unsuccessfulAndUnaskedAreReported() async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.set([Fault(.unsuccessful, on: .resman, route: .status)])
      let failed = try await standIns.put("L-1", "qualified")
      #expect(failed.json["success"] == .bool(false))
      #expect(standIns.resman.lead("L-1")?.status == "contacted")
      standIns.faults.set([Fault(.unaskedNotifications, on: .resman, route: .status)])
      let chatty = try await standIns.put("L-1", "qualified")
      #expect(chatty.json["notifications_sent"] == .integer(2))
      #expect(
        chatty.json["workflow_actions_triggered"] == .array([.string("schedule_follow_up")]))
    }
  }

  @Test func aShortPageEndsEarly() async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.add(Fault(.shortPage, on: .resman, route: .leads))
      let answer = try await standIns.call(.resman, "GET", page)
      #expect(answer.ids == ["L-1"])
      #expect(answer.json["next_cursor"] == .null)
      #expect(answer.json["total_count"] == .integer(5))
    }
  }

  @Test func aRepeatedPageComesAgainAndAnEmptyPageLeadsOn() async throws {
    for kind in [Fault.Kind.repeatedPage, .emptyPage] {
      try await withStandIns { standIns async throws in
        standIns.faults.add(Fault(kind, on: .resman, route: .leads, skip: 1, count: 1))
        var ids: [[String]] = []
        var cursor = ""
        repeat {
          let answer = try await standIns.call(.resman, "GET", page + cursor)
          ids.append(answer.ids)
          cursor = answer.json["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty && ids.count < 10
        let second = kind == .emptyPage ? [] : ["L-3", "L-4"]
        #expect(ids == [["L-1", "L-2"], second, ["L-3", "L-4"], ["L-5"]])
      }
    }
  }

  @Test func onePropertyCanBeForbidden() async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.add(
        Fault(.forbidden, on: .resman, property: uuidText(World.otherPropertyID)))
      #expect(try await standIns.call(.resman, "GET", page).status == 200)
      let other = "/api/resman/leads?property_id=\(World.otherPropertyID)"
      #expect(try await standIns.call(.resman, "GET", other).status == 403)
      #expect(try await standIns.put("L-900", "lost").status == 403)
      #expect(try await standIns.put("L-1", "lost").status == 200)
    }
  }

  @Test(arguments: Fault.Malformation.allCases)
  func oneRecordOfAPageCanBeWrong(malformation: Fault.Malformation) async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.set([
        Fault(.malformedRecord, on: .resman, route: .leads, index: 1, malformation: malformation)
      ])
      let answer = try await standIns.call(.resman, "GET", page)
      let text = String(decoding: answer.body, as: UTF8.self)
      if malformation == .notJSON { return #expect(text.contains(#""updated_at":NaN"#)) }
      if malformation == .oddButValid {
        return #expect(text.contains(#""nickname":"Ann \ud83d","huge":12345678901234567890123,"#))
      }
      guard case .array(let leads) = answer.json["leads"] else {
        Issue.record("no leads")
        return
      }
      #expect(leads[0]["status"] == .string("contacted"))
      switch malformation {
      case .missingStatus: #expect(leads[1].object?["status"] == nil)
      case .missingVersion: #expect(leads[1].object?["updated_at"] == nil)
      case .statusIsNumber: #expect(leads[1]["status"] == .integer(5))
      case .nullID: #expect(leads[1]["resman_lead_id"] == .null)
      case .unknownStatus: #expect(leads[1]["status"] == .string("zombie"))
      case .notAnObject: #expect(leads[1] == .string("not an object"))
      case .futureVersion: #expect(leads[1]["updated_at"] == .string("2206-11-20T10:00:00Z"))
      // Only for properties.
      case .wrongID, .nameIsNumber: #expect(leads[1]["status"] == .string("contacted"))
      case .oddButValid, .notJSON: Issue.record("looked at before")
      case .duplicateID:
        #expect(leads.count == 3)
        #expect(leads[1]["resman_lead_id"] == leads[2]["resman_lead_id"])
        #expect(leads[1]["status"] != leads[2]["status"])
      }
    }
  }

  @Test func oneElementOfThePropertiesCanBeWrong() async throws {
    let path = "/api/resman/properties"
    try await withStandIns { standIns async throws in
      for (malformation, expected) in [
        (Fault.Malformation.wrongID, JSONValue.string("P-17")), (.nullID, .null),
      ] {
        standIns.faults.set([
          Fault(.malformedRecord, on: .resman, route: .properties, malformation: malformation)
        ])
        let answer = try await standIns.call(.resman, "GET", path)
        guard case .array(let listed) = answer.json["properties"] else {
          Issue.record("no list")
          return
        }
        #expect(listed[0]["property_id"] == expected)
        #expect(listed.count == 2)
      }
      standIns.faults.set([Fault(.nothing, on: .resman, route: .properties)])
      #expect(try await standIns.call(.resman, "GET", path).json["properties"] == .array([]))
    }
  }

  @Test func pagesCanBeEndlessEmptyAndLoose() async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.set([Fault(.endless, on: .resman, route: .leads)])
      let first = try await standIns.call(.resman, "GET", page)
      let cursor = try #require(first.json["next_cursor"]?.string)
      let next = try await standIns.call(.resman, "GET", page + "&cursor=\(cursor)")
      #expect(next.json["leads"] != first.json["leads"])
      #expect(next.json["next_cursor"] != first.json["next_cursor"])
      standIns.faults.set([Fault(.nothing, on: .resman, route: .leads)])
      let empty = try await standIns.call(.resman, "GET", page)
      #expect(empty.json["leads"] == .array([]) && empty.json["total_count"] == .integer(0))
      #expect(empty.json["next_cursor"] == .null)
      standIns.faults.set([Fault(.looseTypes, on: .domiq, route: .leads)])
      let loose = String(
        decoding: try await standIns.call(.domiq, "GET", "/api/leads").body, as: UTF8.self)
      #expect(loose.contains(#""next_cursor":"","total_count":"#) && loose.hasSuffix(".0}"))
    }
  }

  /// The rest of a body is held for the test; a body sent byte by byte is complete in the end.
  @Test func aBodyCanPauseOrTrickle() async throws {
    try await withStandIns { standIns async throws in
      let whole = try await standIns.call(.resman, "GET", "/api/resman/leads/L-1").body
      for kind in [Fault.Kind.stall, .drip] {
        standIns.faults.set([Fault(kind, on: .resman, route: .lead, count: 1)])
        async let answer = standIns.call(.resman, "GET", "/api/resman/leads/L-1")
        while kind == .stall, standIns.holds.count == 0 { await Task.yield() }
        standIns.holds.release()
        #expect(try await answer.body == whole)
      }
    }
  }

  @Test func garbageAndDelay() async throws {
    try await withStandIns { standIns async throws in
      standIns.faults.set([Fault(.garbage, on: .domiq, route: .leads)])
      let answer = try await standIns.call(.domiq, "GET", "/api/leads")
      #expect(answer.status == 200 && answer.json == .null && !answer.body.isEmpty)
      standIns.faults.set([Fault(.delay, on: .domiq, seconds: 0.2)])
      let start = ContinuousClock.now
      _ = try await standIns.call(.domiq, "GET", "/api/leads")
      #expect(ContinuousClock.now - start >= .milliseconds(200))
    }
  }

  @Test func anEditBetweenReadAndWrite() async throws {
    try await withStandIns { standIns async throws in
      let edit = Edit(.resman, lead: "L-1", status: "lost")
      standIns.faults.add(
        Fault(.edit, on: .resman, route: .lead, lead: "L-1", count: 1, edit: edit))
      let read = try await standIns.call(.resman, "GET", "/api/resman/leads/L-1")
      #expect(read.json["status"] == .string("contacted"))
      #expect(standIns.resman.lead("L-1")?.status == "lost")
      let tag = try #require(read.headers["etag"])
      let write = try await standIns.put("L-1", "qualified", headers: ["If-Match": tag])
      #expect(write.status == 412)
    }
  }

  @Test func chanceFollowsItsSeed() async throws {
    func pattern(seed: UInt64) -> [Bool] {
      let board = FaultInjector()
      board.add(Fault(.errorBefore, on: .resman, probability: 0.4, seed: seed))
      return (0..<200).map { _ in
        !board.draw(.resman, .lead, property: nil, lead: nil).isEmpty
      }
    }
    #expect(pattern(seed: 7) == pattern(seed: 7))
    #expect(pattern(seed: 7) != pattern(seed: 8))
    #expect((50...110).contains(pattern(seed: 7).count { $0 }))
  }

  @Test func aServerGoesDownAndComesBackOnItsPort() async throws {
    try await withStandIns { standIns async throws in
      #expect(try await standIns.call(.resman, "GET", page).status == 200)
      await standIns.goDown(.resman)
      await #expect(throws: (any Error).self) {
        try await standIns.call(.resman, "GET", page)
      }
      #expect(try await standIns.call(.domiq, "GET", "/api/leads").status == 200)
      try await standIns.comeBack(.resman)
      #expect(try await standIns.call(.resman, "GET", page).status == 200)
    }
  }

  @Test func aPortThatIsTakenIsAnError() async throws {
    try await withStandIns { standIns async throws in
      let port = try #require(standIns.resmanURL.split(separator: ":").last.flatMap { Int($0) })
      await #expect(throws: Listener.CannotListen.self) {
        _ = try await StandIns.start(world: .small(), ports: Ports(resman: port))
      }
    }
  }
}

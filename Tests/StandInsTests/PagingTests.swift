import Foundation
import Leads
import Testing

import StandIns

@Suite struct PagingTests {
  @Test(arguments: [1, 2, 3, 5, 100])
  func cursorsLeadThroughTheWholeProperty(limit: Int) async throws {
    try await withStandIns { standIns async throws in
      for (system, path) in [(StandInSystem.resman, "/api/resman/leads"), (.domiq, "/api/leads")] {
        var ids: [String] = []
        var cursor = ""
        var pages = 0
        repeat {
          let page = try await standIns.call(
            system, "GET", "\(path)?property_id=\(World.propertyID)&limit=\(limit)\(cursor)")
          #expect(page.status == 200)
          #expect(page.json["total_count"] == .integer(5))
          ids += page.ids
          pages += 1
          cursor = page.json["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty && pages < 10
        #expect(pages == (5 + limit - 1) / limit)
        #expect(ids == ["L-1", "L-2", "L-3", "L-4", "L-5"])
      }
    }
  }

  @Test func withoutPropertyAllLeadsCome() async throws {
    try await withStandIns { standIns async throws in
      let page = try await standIns.call(.resman, "GET", "/api/resman/leads")
      #expect(page.ids.count == 6)
      #expect(page.json["total_count"] == .integer(6))
    }
  }

  @Test func updatedSinceCountsAndPagesOnlyWhatChanged() async throws {
    try await withStandIns { standIns async throws in
      let since = "updated_since=2026-03-02T05:57:00-06:00"
      let path = "/api/resman/leads?property_id=\(World.propertyID)&\(since)&limit=2"
      let first = try await standIns.call(.resman, "GET", path)
      #expect(first.ids == ["L-3", "L-4"])
      #expect(first.json["total_count"] == .integer(3))
      standIns.edit(Edit(.resman, lead: "L-1", status: "qualified"))
      let cursor = try #require(first.json["next_cursor"]?.string)
      let second = try await standIns.call(.resman, "GET", path + "&cursor=\(cursor)")
      #expect(second.ids == ["L-5"])
      #expect(second.json["total_count"] == .integer(4))
    }
  }

  @Test func recordsHaveTheFieldsOfTheContract() async throws {
    try await withStandIns { standIns async throws in
      let resman = try await standIns.call(.resman, "GET", "/api/resman/leads/L-1")
      #expect(
        resman.json.object?.keys.sorted() == [
          "created_at", "email", "first_name", "income_verification", "last_name", "lead_score",
          "phone", "property_id", "resman_lead_id", "status", "tour_datetime", "updated_at",
        ])
      #expect(resman.json["last_name"] == .string("O\"Neil 1"))
      #expect(resman.json["updated_at"] == .string("2026-03-02T11:55:00Z"))
      let path = "/api/leads/\(World.conversation(1))"
      let domiq = try await standIns.call(.domiq, "GET", path)
      #expect(
        domiq.json.object?.keys.sorted() == [
          "conversation_duration", "conversation_id", "created_at", "email", "income_verification",
          "lead_name", "lead_score", "message_count", "phone", "property_id", "resman_lead_id",
          "status", "tour_datetime", "updated_at",
        ])
      #expect(domiq.json["updated_at"] == .string("2026-03-02T11:55:00+00:00"))
      #expect(domiq.json["tour_datetime"] == .null)
    }
  }

  @Test func propertiesAreListed() async throws {
    try await withStandIns { standIns async throws in
      let answer = try await standIns.call(.resman, "GET", "/api/resman/properties")
      guard case .array(let properties) = answer.json["properties"] else {
        Issue.record("no properties")
        return
      }
      #expect(
        properties.map { $0["timezone"] } == [
          .string("America/Chicago"), .string("America/New_York"),
        ])
    }
  }

  @Test(arguments: [
    "?limit=0", "?limit=ten", "?limit=10001", "?cursor=x", "?property_id=elm",
    "?updated_since=yesterday", "?page=2",
  ])
  func malformedQuestionsAre400(query: String) async throws {
    try await withStandIns { standIns async throws in
      let answer = try await standIns.call(.domiq, "GET", "/api/leads" + query)
      #expect(answer.status == 400)
      #expect(answer.headers["content-type"] == "application/problem+json")
    }
  }

  @Test func wrongTokensMethodsAndPathsAreRefused() async throws {
    try await withStandIns { standIns async throws in
      let wrong = ["Authorization": "Bearer \(standIns.credentials.domiqToken)"]
      let cases: [(String, String, [String: String], Int)] = [
        ("GET", "/api/resman/leads", wrong, 401), ("GET", "/api/resman/leads", [:], 200),
        ("POST", "/api/resman/leads", [:], 405), ("GET", "/api/resman/lead", [:], 404),
        ("GET", "/api/resman/leads/L-77", [:], 404), ("GET", "/api/leads", [:], 404),
        ("GET", "/api/resman/leads/L-1/status", [:], 405),
      ]
      for (method, path, headers, status) in cases {
        let answer = try await standIns.call(.resman, method, path, headers: headers)
        #expect(answer.status == status, "\(method) \(path)")
      }
      let body = String(repeating: "x", count: 70_000)
      let large = try await standIns.call(
        .resman, "PUT", "/api/resman/leads/L-1/status", body: body)
      #expect(large.status == 413)
    }
  }

  @Test func aLargePropertyIsPagedQuickly() async throws {
    try await withStandIns(.small(count: 20_000)) { standIns async throws in
      let path = "/api/resman/leads?property_id=\(World.propertyID)&limit=1000"
      var seen = 0
      var cursor = ""
      repeat {
        let page = try await standIns.call(.resman, "GET", path + cursor)
        seen += page.ids.count
        cursor = page.json["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
      } while !cursor.isEmpty
      #expect(seen == 20_000)
    }
  }
}

import Foundation
import Leads
import StandIns
import Testing

@Suite struct HistoryTests {
  @Test func aHistoryHasARangeALimitATotalAndAnOrder() async throws {
    try await APIFixture.with { fixture in
      for (status, version) in [("contacted", 1), ("qualified", 2), ("tour_scheduled", 3)] {
        try await fixture.execute(
          """
          insert into status_sync_log (resman_lead_id, property_id, old_status, new_status,
            updated_by, sync_direction, sync_status, context_data, created_at)
          values ('L-new', \(APIFixture.elm), 'new', \(status), 'chatbot', 'to_resman', 'success',
            '{"n": 1}', '2026-11-10T00:00:00Z'::timestamptz + \(version)::int / 2 * interval '1 day')
          """)
      }
      try await fixture.execute(
        """
        insert into status_sync_log (resman_lead_id, property_id, old_status, new_status,
          updated_by, sync_direction, sync_status)
        values ('L-new', \(APIFixture.elm), 'new', 'lost', 'chatbot', 'to_resman', 'failed')
        """)
      let path = "/api/resman/leads/L-new/status-history"
      let all = try await fixture.call("GET", path)
      #expect(all.status == 200)
      #expect(all.json["total_count"] == .integer(4))
      #expect(all.statuses == ["tour_scheduled", "qualified", "contacted", "new"])
      // Two changes with the same time keep their order from page to page.
      let two = try await fixture.call("GET", path + "?limit=2")
      #expect(two.statuses == ["tour_scheduled", "qualified"])
      #expect(two.json["total_count"] == .integer(4))
      let days = try await fixture.call(
        "GET", path + "?date_from=2026-11-10T00:00:00Z&date_to=2026-11-10")
      #expect(days.statuses == ["contacted"])
      #expect(days.json["total_count"] == .integer(1))
      guard case .array(let changes) = all.json["status_changes"] else {
        Issue.record("no changes")
        return
      }
      #expect(
        Set((changes[0].object ?? [:]).keys) == [
          "id", "old_status", "new_status", "updated_by", "context_data", "created_at",
        ])
      #expect(changes.last?["old_status"] == .null)
      // Read page by page the history is the same; changes that are added meanwhile do not shift the pages.
      var seen = two.statuses
      var cursor = two.json["next_cursor"]?.string
      #expect(cursor != nil)
      #expect(all.json["next_cursor"] == .null)
      try await fixture.execute(
        """
        insert into status_sync_log (resman_lead_id, property_id, old_status, new_status,
          updated_by, sync_direction, sync_status)
        values ('L-new', \(APIFixture.elm), 'tour_scheduled', 'application', 'chatbot', 'to_resman', 'success')
        """)
      while let next = cursor {
        let page = try await fixture.call("GET", path + "?limit=1&cursor=\(next)")
        #expect(page.status == 200)
        seen += page.statuses
        cursor = page.json["next_cursor"]?.string
      }
      #expect(seen == all.statuses)
      let reversed = try await fixture.call(
        "GET", path + "?date_from=2026-11-11&date_to=2026-11-10&limit=0&cursor=x&page=2")
      #expect(reversed.status == 422)
      #expect(
        reversed.json["errors"] == [
          "page: unknown or repeated parameter", "date_from: is after date_to",
          "limit: not a whole number from 1 to 1000",
          "cursor: not a next_cursor of an earlier answer",
        ])
      // A period that begins and ends at one instant includes that instant.
      let moment = try await fixture.call(
        "GET", path + "?date_from=2026-11-10T00:00:00Z&date_to=2026-11-10T00:00:00Z")
      #expect(moment.statuses == ["contacted"])
      for query in ["?limit=0", "?limit=x", "?date_from=soon", "?page=2", "?limit=1&limit=2"] {
        #expect(try await fixture.call("GET", path + query).status == 422, "\(query)")
      }
    }
  }
}

extension HistoryTests {
  /// A log that was taken over may have rows without a time, or with one that is none: they come last, on pages as well.
  @Test func aChangeWithoutATimeComesLast() async throws {
    try await APIFixture.with { fixture in
      for (status, at) in [
        ("contacted", nil as String?), ("qualified", "infinity"),
        ("tour_scheduled", "2026-11-10T00:00:00Z"),
      ] {
        try await fixture.execute(
          """
          insert into status_sync_log (resman_lead_id, property_id, old_status, new_status,
            updated_by, sync_direction, sync_status, created_at)
          values ('L-new', \(APIFixture.elm), 'new', \(status), 'chatbot', 'to_resman', 'success',
            \(at)::timestamptz)
          """)
      }
      let path = "/api/resman/leads/L-new/status-history"
      let all = try await fixture.call("GET", path)
      #expect(all.status == 200)
      #expect(all.statuses == ["tour_scheduled", "new", "qualified", "contacted"])
      guard case .array(let changes) = all.json["status_changes"] else {
        Issue.record("no changes")
        return
      }
      #expect(changes.last?["created_at"] == .null)
      var seen: [String] = []
      var query: String? = "?limit=1"
      while let next = query {
        let page = try await fixture.call("GET", path + next)
        #expect(page.json["total_count"] == .integer(4))
        seen += page.statuses
        query = page.json["next_cursor"]?.string.map { "?limit=1&cursor=\($0)" }
      }
      #expect(seen == all.statuses)
      let dated = try await fixture.call("GET", path + "?date_to=2026-11-30")
      #expect(dated.statuses == ["tour_scheduled", "new"])
      #expect(dated.json["total_count"] == .integer(2))
    }
  }
}

extension Answer {
  fileprivate var statuses: [String] {
    guard case .array(let changes) = json["status_changes"] else { return [] }
    return changes.compactMap { $0["new_status"]?.string }
  }
}

extension Answer {
  fileprivate var errors: [String] {
    guard case .array(let errors) = json["errors"] else { return [] }
    return errors.compactMap(\.string)
  }
}

@Suite struct WorkflowTests {
  static let path = "/api/resman/status-workflows"

  static func rule(
    trigger: String = "qualified", conditions: String = #"{"lead_score":70}"#,
    actions: String = #"[{"type":"create_task","config":{"title":"Call"}}]"#,
    property: UUID = APIFixture.elm
  ) -> String {
    """
    {"property_id":"\(property.uuidString.lowercased())","trigger_status":"\(trigger)",\
    "target_status":"tour_scheduled","conditions":\(conditions),"actions":\(actions)}
    """
  }

  @Test func aRuleIsMadeListedActsAndIsSwitchedOff() async throws {
    try await APIFixture.with { fixture in
      let made = try await fixture.call("POST", Self.path, body: Self.rule())
      #expect(made.status == 201)
      let id = try #require(made.json["id"]?.string)
      let elm = APIFixture.elm.uuidString.lowercased()
      let list = try await fixture.call("GET", "\(Self.path)/\(elm)")
      #expect(list.json["workflows"] == .array([made.json]))
      #expect(made.json["is_active"] == .bool(true))
      #expect(made.json["conditions"] == .object(["lead_score": .integer(70)]))

      let first = try await fixture.put("L-1", "qualified")
      #expect(
        first.json["workflow_actions_triggered"] == .array([.string("create_task")]))
      let off = try await fixture.call(
        "PATCH", "\(Self.path)/\(elm)/\(id)", body: #"{"is_active":false}"#)
      #expect(off.status == 200)
      #expect(off.json["is_active"] == .bool(false))
      let second = try await fixture.put("L-2", "qualified")
      #expect(second.json["workflow_actions_triggered"] == .array([]))
    }
  }

  /// Others write rules into the table, too: whatever its columns allow is listed and switched.
  @Test(arguments: [
    "trigger_status", "target_status", "conditions", "actions", "is_active", "created_at",
  ])
  func aRuleWithoutAValueIsListedAndSwitched(column: String) async throws {
    try await APIFixture.with { fixture in
      let made = try await fixture.call("POST", Self.path, body: Self.rule())
      let id = try #require(made.json["id"]?.string)
      try await fixture.execute("update status_workflow_rules set \(identifier: column) = null")
      let path = "\(Self.path)/\(APIFixture.elm.uuidString.lowercased())"
      let empty: [String: JSONValue] = ["conditions": [:], "actions": [], "is_active": false]
      var rule = try #require(made.json.object)
      if column != "created_at" { rule[column] = empty[column] ?? .null }
      let list = try await fixture.call("GET", path)
      #expect(list.status == 200)
      #expect(list.json["workflows"] == .array([.object(rule)]))
      // It acts if it says so.
      let acts = rule["is_active"] == true && rule["trigger_status"] != .null
      let change = try await fixture.put("L-1", "qualified")
      let triggered: JSONValue = acts && column != "actions" ? ["create_task"] : []
      #expect(change.json["workflow_actions_triggered"] == triggered)
      for isActive in [true, false] {
        let answer = try await fixture.call(
          "PATCH", "\(path)/\(id)", body: #"{"is_active":\#(isActive)}"#)
        #expect(answer.status == 200)
        rule["is_active"] = .bool(isActive)
        #expect(answer.json == .object(rule))
      }
    }
  }

  @Test func anInvalidRuleIsExplained() async throws {
    try await APIFixture.with { fixture in
      let cases: [(String, Int, String)] = [
        (Self.rule(trigger: "happy"), 422, "unknown-status"),
        (Self.rule(conditions: #"{"lead_score":170,"mood":1}"#), 422, "invalid-request"),
        (Self.rule(conditions: #"{"time_of_day":"late"}"#), 422, "invalid-request"),
        (Self.rule(actions: #"[{"type":"shout","config":{}}]"#), 422, "invalid-request"),
        (Self.rule(actions: "[]"), 422, "invalid-request"),
        (Self.rule(property: UUID()), 404, "not-found"),
      ]
      for (body, status, type) in cases {
        let answer = try await fixture.call("POST", Self.path, body: body)
        #expect(answer.status == status, "\(body)")
        #expect(answer.problem == type)
      }
      // An invalid status does not hide the other errors.
      let both = try await fixture.call(
        "POST", Self.path + "?x=1", headers: ["idempotency-key": "a b"],
        body: Self.rule(trigger: "happy", conditions: #"{"mood":1}"#, actions: "null"))
      #expect(both.problem == "unknown-status")
      #expect(both.errors.count == 5, "\(both.text)")
      #expect(both.errors.contains("actions: is required"))
      let two = try await fixture.call(
        "POST", Self.path, body: Self.rule(conditions: #"{"lead_score":170,"mood":1}"#))
      #expect(two.errors.count == 2)
      // All errors at once, each of them once.
      let all = try await fixture.call(
        "POST", Self.path,
        body: #"{"property_id":"x","trigger_status":"new","target_status":"lost","#
          + #""conditions":{"mood":1},"actions":[],"extra":1}"#)
      #expect(all.errors.count == 4, "\(all.text)")
      let nothing = try await fixture.call(
        "POST", Self.path, body: #"{"trigger_status":"new","target_status":"lost"}"#)
      #expect(nothing.errors.count == 3, "\(nothing.text)")
    }
  }

  @Test func theSameRequestMakesOneRule() async throws {
    try await APIFixture.with { fixture in
      let headers = ["idempotency-key": "once"]
      let first = try await fixture.call("POST", Self.path, headers: headers, body: Self.rule())
      let second = try await fixture.call("POST", Self.path, headers: headers, body: Self.rule())
      #expect(first.status == 201)
      #expect(second.status == 201)
      #expect(second.json == first.json)
      #expect(second.headers["idempotency-replayed"] == "true")
      let other = try await fixture.call(
        "POST", Self.path, headers: headers, body: Self.rule(conditions: "{}"))
      #expect(other.problem == "idempotency-key-reused")
    }
  }
}

@Suite struct IdempotencyTests {
  @Test func aKeyBelongsToOneRequestOfOneCaller() async throws {
    try await APIFixture.with { fixture in
      let first = try await fixture.put("L-oak", "qualified", idempotency: "k")
      let again = try await fixture.put("L-oak", "qualified", idempotency: "k")
      #expect(first.status == 200)
      #expect(again.text == first.text)
      #expect(first.headers["idempotency-replayed"] == nil)
      #expect(again.headers["idempotency-replayed"] == "true")
      let other = try await fixture.put("L-oak", "lost", idempotency: "k")
      #expect(other.status == 422)
      #expect(other.problem == "idempotency-key-reused")
      // The same key text from another caller is a different key.
      let foreign = try await fixture.put("L-oak", "lost", key: fixture.oakKey, idempotency: "k")
      #expect(foreign.status == 200)
      // A refusal that would be repeated is stored as an answer, too.
      let refused = try await fixture.put("L-1", "leased", idempotency: "r")
      let refusedAgain = try await fixture.put("L-1", "leased", idempotency: "r")
      #expect(refused.status == 409)
      #expect(refusedAgain.json == refused.json)
      #expect(refusedAgain.headers["idempotency-replayed"] == "true")
      #expect(fixture.standIns.ledger.applied.count == 2)
    }
  }

  @Test func whileTheFirstIsWorkedOnTheSecondIsRefused() async throws {
    var making = APIFixture.Making()
    // The sweeper does not touch a change that was sent a moment ago.
    making.change = { $0.limits.settleSeconds = 3_600 }
    try await APIFixture.with(making) { fixture in
      fixture.standIns.faults.set([Fault(.hold, on: .resman, route: .status)])
      async let first = fixture.put("L-1", "qualified", idempotency: "k")
      while fixture.standIns.holds.count == 0 { await Task.yield() }
      // The claim is set to the current time, so that a slow machine does not matter.
      try await fixture.execute("update idempotency set claimed_at = now() + interval '1 hour'")
      let second = try await fixture.put("L-1", "qualified", idempotency: "k")
      #expect(second.status == 409)
      #expect(second.problem == "request-in-flight")
      fixture.standIns.holds.open()
      #expect(try await first.status == 200)
    }
  }
}

import Foundation
import Leads
import Logging
import Postgres
import Testing

@testable import Messaging  // uses `ActionSummary`, internal

@Suite struct ActionRunnerTests {
  private static let everything = """
    [{"type": "send_notification", "config": {"recipients": ["leasing_agent", "a@example.com"]}},
     {"type": "schedule_follow_up", "config": {"delay_hours": 2, "note": "Ask for the dog's name"}},
     {"type": "update_lead_score", "config": {"delta": 10}},
     {"type": "create_task", "config": {"title": "Call", "assigned_to": "leasing_agent", "due_in_days": 1}}]
    """

  private static func run(_ fixture: OutboxFixture, role: String? = nil) async throws
    -> ActionSummary
  {
    let connection = try await fixture.database.connect()
    if let role { _ = try await connection.execute("set role \(identifier: role)") }
    return try await ActionRunner(
      connection,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ).run()
  }

  @Test(arguments: ["status_sync_job", "status_sync_api"])
  func everyActionIsTakenOnce(role: String) async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.rule(.qualified, actions: Self.everything)
      _ = try await fixture.change(.contacted, .qualified)
      #expect(try await Self.run(fixture, role: role) == ActionSummary(executed: 4))
      #expect(try await Self.run(fixture) == ActionSummary())
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', state, attempts, finished_at is not null) from workflow_execution")
          == Array(repeating: "done 1 t", count: 4))
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', origin, channel, recipient, state, template_id) from notification
          order by channel
          """) == [
            "workflow email a@example.com pending contacted_to_qualified",
            "workflow in_app leasing_agent delivered contacted_to_qualified",
          ])
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', old_score, new_score, delta) from lead_score_change")
          == ["70 80 10"])
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', title, assigned_to, priority, state, due_at - created_at) from lead_task
          """) == ["Call leasing_agent high open 1 day"])
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', status, assigned_to, state, due_at - created_at) from follow_up")
          == ["qualified leasing_agent scheduled 02:00:00"])
    }
  }

  @Test func manyRunnersTakeEachActionOnce() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.rule(.qualified, actions: Self.everything)
      for lead in 1...10 { _ = try await fixture.change(.contacted, .qualified, lead: "L-\(lead)") }
      let executed = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 1...4 { group.addTask { try await Self.run(fixture).executed } }
        return try await group.reduce(0, +)
      }
      #expect(executed == 40)
      #expect(
        try await fixture.texts(
          "select count(*) from lead_task union all select count(*) from notification")
          == ["10", "20"])
    }
  }

  @Test func aFailingActionIsRetriedThenGivenUpAndStopsNoOther() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.rule(.qualified, actions: Self.everything)
      _ = try await fixture.change(.contacted, .qualified)
      try await fixture.db.script(
        """
        create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'no tasks today'; end $$;
        create trigger refuse before insert on lead_task for each row execute function refuse();
        """)
      #expect(try await Self.run(fixture) == ActionSummary(executed: 3, retried: 1))
      #expect(try await Self.run(fixture) == ActionSummary())
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', attempts, state, reason, next_attempt_at > now()) from workflow_execution
          where action_type = 'create_task'
          """) == ["1 pending postgres: server.P0001 t"])
      for _ in 1...4 {
        _ = try await fixture.db.execute("update workflow_execution set next_attempt_at = now()")
        _ = try await Self.run(fixture)
      }
      #expect(
        try await fixture.texts(
          "select attempts || ' ' || state from workflow_execution where action_type = 'create_task'"
        )
          == ["5 failed"])
      #expect(try await fixture.texts("select id from lead_task").isEmpty)
    }
  }

  /// Without recipients a preference notifies the roles of its template, whatever the transition.
  @Test(arguments: [nil, "null"] as [String?])
  func aRoleIsReachedByPreferencesThatNameNobody(recipients: String?) async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.qualified, "email", recipients)
      try await fixture.prefer(.leased, "sms", recipients)
      try await fixture.prefer(.qualified, "slack", recipients, active: false)
      try await fixture.contact("leasing_agent", "email", "ann@example.com")
      try await fixture.contact("leasing_agent", "sms", "+15125550142")
      try await fixture.contact("management", "sms", "+15125550143")
      try await fixture.rule(
        .tourScheduled,
        actions: """
          [{"type": "send_notification",
            "config": {"recipients": ["leasing_agent", "management", "porter"]}}]
          """)
      _ = try await fixture.change(.qualified, .tourScheduled)
      #expect(try await Self.run(fixture) == ActionSummary(executed: 1))
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', channel, recipient, address, state) from notification
          order by channel, recipient
          """) == [
            "email leasing_agent ann@example.com pending", "in_app porter porter delivered",
            "sms leasing_agent +15125550142 pending", "sms management +15125550143 pending",
          ])
    }
  }

  @Test(arguments: [#"["leasing_agent"]"#, nil, "null"] as [String?])
  func aFollowUpRemindsUnlessTheLeadMovedOn(recipients: String?) async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.lost, "slack", recipients)
      try await fixture.rule(
        .qualified,
        actions: #"[{"type": "schedule_follow_up", "config": {"note": "Ask {lead_name}"}}]"#)
      _ = try await fixture.change(.contacted, .qualified, lead: "L-1")
      _ = try await fixture.change(.contacted, .qualified, lead: "L-2")
      _ = try await Self.run(fixture)
      _ = try await fixture.change(.qualified, .tourScheduled, lead: "L-2")
      _ = try await fixture.db.execute("update follow_up set due_at = now() - interval '1 second'")
      #expect(try await Self.run(fixture) == ActionSummary(reminded: 1, moot: 1))
      #expect(try await Self.run(fixture) == ActionSummary())
      // By Slack, where the preferences have a channel for the role.
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', resman_lead_id, origin, channel, recipient, body) from notification"
        )
          == ["L-1 follow_up slack leasing_agent Lead is still in qualified. Note: Ask {lead_name}"]
      )
    }
  }

  @Test func aScoreCountsWithWhatWasAddedBefore() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.rule(
        .contacted, actions: #"[{"type": "update_lead_score", "config": {"delta": 50}}]"#)
      try await fixture.rule(
        .qualified, conditions: #"{"lead_score": 80}"#,
        actions: #"[{"type": "update_lead_score", "config": {"score": 0}}]"#)
      let details = LeadDetails(name: "Ada", score: 40)
      #expect(try await fixture.change(.new, .qualified, details: details).actions == [])
      _ = try await fixture.change(.new, .contacted, details: details)
      _ = try await Self.run(fixture)
      #expect(
        try await fixture.change(.contacted, .qualified, details: details).actions == [
          "update_lead_score"
        ])
      _ = try await Self.run(fixture)
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', old_score, new_score, delta) from lead_score_change order by created_at"
        )
          == ["40 90 50", "90 0 -90"])
    }
  }
}

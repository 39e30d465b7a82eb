import Foundation
import Leads
import Postgres
import Testing

@Suite struct WorkflowTriggerTests {
  private static let task = #"{"type": "create_task", "config": {"title": "Call"}}"#

  @Test func theActionsOfEveryMatchingRuleAreDue() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.rule(
        .qualified, conditions: #"{"lead_score": 70}"#,
        actions: #"[\#(Self.task), {"type": "update_lead_score", "config": {"delta": 5}}]"#)
      try await fixture.rule(.qualified, actions: #"[{"type": "schedule_follow_up"}]"#)
      try await fixture.rule(.qualified, actions: "[\(Self.task)]", active: false)
      try await fixture.rule(.lost, actions: "[\(Self.task)]")
      let led = try await fixture.change(.contacted, .qualified)
      #expect(led.actions == ["create_task", "update_lead_score", "schedule_follow_up"])
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', action_index, action_type, state) from workflow_execution
          order by created_at, action_type
          """
        ).sorted() == [
          "0 create_task pending", "0 schedule_follow_up pending", "1 update_lead_score pending",
        ])
    }
  }

  @Test func oneBadRuleStopsNoOther() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.rule(.qualified, actions: nil)
      try await fixture.rule(.qualified, conditions: #"["x"]"#, actions: #"[{"type": "dance"}]"#)
      try await fixture.rule(
        .qualified, conditions: #"{"lead_score": 71}"#, actions: "[\(Self.task)]")
      try await fixture.rule(.qualified, actions: "[\(Self.task)]")
      let led = try await fixture.change(.contacted, .qualified)
      #expect(led.actions == ["create_task"])
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', action_index, state, reason) from workflow_execution order by 1")
          == [
            "-1 failed actions: is required",
            "-1 failed conditions: not an object; actions[0].type: not one of send_notification, "
              + "schedule_follow_up, update_lead_score, create_task",
            "-1 unmet lead_score is 70, 71 is asked for", "0 pending",
          ])
    }
  }

  @Test(arguments: [
    ("America/Chicago", "2026-07-01T03:30:00Z", true),  // 22:30, summer time
    ("America/Chicago", "2026-12-01T03:30:00Z", false),  // 21:30
    ("Asia/Kolkata", "2026-12-01T16:30:00Z", true),  // 22:00
    ("Nowhere/Atall", "2026-12-01T05:59:59Z", true), ("UTC", "2026-12-01T06:00:00Z", false),
  ])
  func theTimeOfDayIsThePropertys(_ zone: String, _ at: String, _ acts: Bool) async throws {
    try await OutboxFixture.with(timezone: zone) { fixture in
      try await fixture.rule(
        .lost, conditions: #"{"time_of_day": "22:00-06:00"}"#, actions: "[\(Self.task)]")
      #expect(
        try await fixture.change(.new, .lost, at: at).actions == (acts ? ["create_task"] : []))
    }
  }
}

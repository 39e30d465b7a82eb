import Foundation
import Leads
import Testing

@Suite struct DailyHoursTests {
  @Test(arguments: [
    ("22:00-06:00", 22 * 60, true), ("22:00-06:00", 21 * 60 + 59, false),
    ("22:00-06:00", 0, true), ("22:00-06:00", 5 * 60 + 59, true), ("22:00-06:00", 6 * 60, false),
    ("09:00-17:30", 9 * 60, true), ("09:00-17:30", 17 * 60 + 30, false),
    ("09:00 - 17:30", 12 * 60, true), ("18:00-24:00", 1439, true), ("18:00-00:00", 1439, true),
    ("18:00-00:00", 0, false), ("00:00-24:00", 0, true), ("00:00-24:00", 1439, true),
  ])
  func aRangeHoldsItsStartAndNotItsEnd(_ text: String, _ minute: Int, _ expected: Bool) throws {
    #expect(try #require(DailyHours(text)).contains(minute: minute) == expected)
  }

  @Test(arguments: [
    "", "22:00", "22-06", "9:00-17:00", "24:00-06:00", "12:60-13:00", "25:00-26:00", "08:00-08:00",
    "00:00-00:00", "08:00-12:00-13:00", "night", "-1:00-05:00", "٠٨:٠٠-٠٩:٠٠",
  ])
  func anythingElseIsRefused(_ text: String) { #expect(DailyHours(text) == nil) }
}

@Suite struct WorkflowConditionsTests {
  private static let details = LeadDetails(
    name: "Ada Example", score: 70, conversationMinutes: 12.5, messageCount: 8)

  private static let cases: [(WorkflowConditions, Int, [String])] = [
    (WorkflowConditions(), 0, []),
    (WorkflowConditions(conversationDuration: 12.5, messageCount: 8, leadScore: 70), 0, []),
    (
      WorkflowConditions(conversationDuration: 13, messageCount: 9, leadScore: 71), 0,
      ["conversation_duration", "message_count", "lead_score"]
    ),
    (WorkflowConditions(timeOfDay: DailyHours("22:00-06:00")), 3 * 60, []),
    (WorkflowConditions(timeOfDay: DailyHours("22:00-06:00")), 12 * 60, ["time_of_day"]),
    (WorkflowConditions(leadScore: 71, timeOfDay: DailyHours("22:00-06:00")), 180, ["lead_score"]),
  ]

  @Test(arguments: cases)
  func everyConditionMustHold(_ conditions: WorkflowConditions, _ minute: Int, _ unmet: [String]) {
    let found = conditions.unmet(by: Self.details, localMinute: minute)
    #expect(found.map { String($0.prefix { $0 != " " }) } == unmet)
  }

  @Test func anUnknownValueMeetsNoMinimum() {
    let zero = WorkflowConditions(conversationDuration: 0, messageCount: 0, leadScore: 0)
    #expect(zero.unmet(by: LeadDetails(), localMinute: 0).count == 3)
    #expect(WorkflowConditions().unmet(by: LeadDetails(), localMinute: 0).isEmpty)
  }
}

@Suite struct WorkflowRuleTests {
  private static func rule(_ conditions: String?, _ actions: String?) throws -> WorkflowRule {
    try WorkflowRule(
      conditions: conditions.flatMap { JSONValue(utf8: Array($0.utf8)) },
      actions: actions.flatMap { JSONValue(utf8: Array($0.utf8)) })
  }

  @Test func everyConditionAndActionIsRead() throws {
    let rule = try Self.rule(
      """
      {"conversation_duration": 5, "message_count": 3, "lead_score": 60, "time_of_day": "22:00-06:00"}
      """,
      """
      [{"type": "send_notification",
        "config": {"recipients": ["leasing_agent", "a@example.com"], "template_id": "status_changed"}},
       {"type": "schedule_follow_up", "config": {"delay_hours": 2, "delay_minutes": 30}},
       {"type": "update_lead_score", "config": {"delta": -5}},
       {"type": "update_lead_score", "config": {"score": 90}},
       {"type": "create_task", "config": {"title": "Call back", "priority": "high", "due_in_days": 1}},
       {"type": "create_task"}]
      """)
    #expect(
      rule.conditions
        == WorkflowConditions(
          conversationDuration: 5, messageCount: 3, leadScore: 60,
          timeOfDay: DailyHours("22:00-06:00")))
    #expect(
      rule.actions.prefix(4) == [
        .sendNotification(
          recipients: ["leasing_agent", "a@example.com"], template: "status_changed", channel: nil),
        .scheduleFollowUp(minutes: 150, note: nil, assignedTo: "leasing_agent"),
        .updateLeadScore(.delta(-5)), .updateLeadScore(.set(90)),
      ])
    guard case .createTask(let task) = rule.actions[4], case .createTask = rule.actions[5] else {
      Issue.record("not two tasks")
      return
    }
    #expect(task.title == "Call back" && task.priority == .high && task.dueMinutes == 1440)
  }

  @Test func nothingAskedForIsNoCondition() throws {
    let actions = #"[{"type": "create_task", "config": {}}]"#
    for conditions in [nil, "null", "{}", #"{"lead_score": null}"#] {
      #expect(try Self.rule(conditions, actions).conditions == WorkflowConditions())
    }
  }

  @Test(arguments: [
    ("[]", "[{}]", ["conditions", "actions[0].type"]),
    (
      #"{"lead_score": "70", "mood": 1}"#, "[]",
      ["conditions.mood", "conditions.lead_score", "actions"]
    ),
    (
      #"{"lead_score": 101, "message_count": 1.5}"#, "{}",
      ["conditions.message_count", "conditions.lead_score", "actions"]
    ),
    (
      #"{"time_of_day": "evening", "conversation_duration": -1}"#, "null",
      ["conditions.conversation_duration", "conditions.time_of_day", "actions"]
    ),
    (
      "{}", #"[{"type": "dance"}, {"type": "update_lead_score"}, 3]"#,
      ["actions[0].type", "actions[1].config", "actions[2]"]
    ),
    (
      "{}", #"[{"type": "update_lead_score", "config": {"delta": 1, "score": 1}}]"#,
      ["actions[0].config"]
    ),
    (
      "{}", #"[{"type": "schedule_follow_up", "config": {"delay_hour": 1}}]"#,
      ["actions[0].config.delay_hour"]
    ),
    (
      "{}", #"[{"type": "create_task", "config": {"title": 3, "priority": "soon"}}]"#,
      ["actions[0].config.title", "actions[0].config.priority"]
    ),
    (
      "{}",
      #"[{"type": "send_notification", "config": {"recipients": ["a@b@c", 1, "x\r\ny"], "template_id": "no", "channel": "fax"}}]"#,
      [
        "actions[0].config.channel", "actions[0].config.template_id",
        "actions[0].config.recipients[0]", "actions[0].config.recipients[1]",
        "actions[0].config.recipients[2]",
      ]
    ),
  ])
  func everyProblemIsNamed(_ conditions: String, _ actions: String, _ places: [String]) {
    let error = #expect(throws: WorkflowProblems.self) { try Self.rule(conditions, actions) }
    #expect(error?.problems.map { String($0.prefix { $0 != ":" }) } == places)
  }

  @Test func noActionsAndTooManyAreRefused() {
    let many =
      "[" + Array(repeating: #"{"type":"create_task"}"#, count: 21).joined(separator: ",") + "]"
    #expect(throws: WorkflowProblems.self) { try Self.rule(nil, many) }
    #expect(throws: WorkflowProblems.self) { try Self.rule(nil, nil) }
  }

  @Test func aScoreWithAFractionIsComparedAsItIs() {
    let details = LeadDetails(score: 69.5)
    #expect(
      WorkflowConditions(leadScore: 70).unmet(by: details, localMinute: 0)
        == ["lead_score is 69.5, 70 is asked for"])
    #expect(WorkflowConditions(leadScore: 69).unmet(by: details, localMinute: 0) == [])
    #expect(WorkflowAction.ScoreChange.delta(1).applied(to: 69.5) == 70.5)
  }

  @Test(arguments: [
    (WorkflowAction.ScoreChange.delta(10), Double?.some(95), 100.0), (.delta(-10), 5, 0),
    (.delta(5), nil, 5), (.set(40), 95, 40),
  ])
  func aScoreStaysWithin100(_ change: WorkflowAction.ScoreChange, _ score: Double?, _ after: Double)
  {
    #expect(change.applied(to: score) == after)
  }
}

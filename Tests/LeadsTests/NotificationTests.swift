import Foundation
import Leads
import Testing

@Suite struct NotificationTemplateTests {
  private static func event(
    _ old: Status?, _ new: Status, name: String? = "Ada Example", reason: String? = nil
  ) -> StatusChangeEvent {
    StatusChangeEvent(
      logID: UUID(), propertyID: nil, leadID: "L-1", old: old, new: new, reason: reason,
      updatedBy: .chatbot, occurredAt: Instant(microseconds: 0),
      details: LeadDetails(name: name, score: 72, tourDatetime: "2026-11-25T14:00:00Z"))
  }

  @Test(arguments: [
    (Status.new, Status.contacted, "New Lead Contacted - Ada Example", "Lead score: 72"),
    (.contacted, .qualified, "Lead Qualified - Ada Example", "ready for tour scheduling"),
    (.qualified, .tourScheduled, "Tour Scheduled - Ada Example", "scheduled for 2026-11-25 14:00"),
    (.tourScheduled, .application, "Application Started - Ada Example", "Follow up required"),
    (.application, .leased, "Lead Leased - Ada Example", "successfully leased"),
    (.new, .lost, "Lead Status Changed - Ada Example", "from new to lost"),
    (.contacted, .tourScheduled, "Lead Status Changed - Ada Example", "to tour scheduled"),
  ])
  func theTransitionChoosesItsWords(_ old: Status, _ new: Status, _ subject: String, _ body: String)
  {
    let template = NotificationTemplate.choose(named: nil, from: old, to: new)
    let text = template.fill(Self.event(old, new).values(tour: "2026-11-25 14:00"))
    #expect(text.subject == subject)
    #expect(text.body.contains(body))
    #expect(!text.subject.contains("{") && !text.body.contains("{"))
  }

  @Test func aNamedTemplateIsPreferredToTheTransitions() {
    let choose = NotificationTemplate.choose
    #expect(choose("application_to_leased", .new, .contacted).id == "application_to_leased")
    #expect(choose("nobody_knows", .new, .contacted).id == "new_to_contacted")
    #expect(choose(nil, nil, .new).id == "status_changed")
  }

  @Test(arguments: ["{lead_score}", "{{lead_name}}", "{", "}", "{lead_name", "%s ${x} \\(y)"])
  func aValueIsNeverExpandedAgain(_ name: String) {
    let template = NotificationTemplate.choose(named: nil, from: .new, to: .contacted)
    let text = template.fill(Self.event(.new, .contacted, name: name).values(tour: nil))
    #expect(text.subject == "New Lead Contacted - \(name)")
  }

  @Test(arguments: [
    "Ada\r\nBcc: x@example.com", "Ada\nBcc: x@example.com", "Ada\u{2028}Bcc: x@example.com",
    "Ada\u{0}\u{1B}Bcc: x@example.com", "Ada\u{85}Bcc: x@example.com",
    "Ada\u{202E}Bcc: x@example.com",
  ])
  func aValueStaysOnItsLine(_ name: String) {
    let template = NotificationTemplate.choose(named: nil, from: .new, to: .contacted)
    let text = template.fill(Self.event(.new, .contacted, name: name).values(tour: nil))
    #expect(text.subject == "New Lead Contacted - Ada Bcc: x@example.com")
  }

  @Test func aLongValueIsCut() {
    let template = NotificationTemplate.choose(named: nil, from: .new, to: .lost)
    let long = String(repeating: "é", count: 10_000)
    let text = template.fill(Self.event(.new, .lost, reason: long).values(tour: nil))
    #expect(text.body.count < 600 && text.body.hasSuffix("…"))
  }

  @Test(arguments: [
    (Status.new, NotificationPriority.medium), (.contacted, .medium), (.qualified, .high),
    (.tourScheduled, .high), (.application, .urgent), (.leased, .high), (.lost, .low),
  ])
  func prioritiesAreThoseOfTheFeature(_ status: Status, _ priority: NotificationPriority) {
    #expect(NotificationPriority(entering: status) == priority)
  }

  @Test(arguments: [
    (Status.qualified, Status.tourScheduled, true, Bool?.none, true),
    (.qualified, .tourScheduled, true, true, true),
    (.qualified, .tourScheduled, true, false, false),
    (.qualified, .tourScheduled, false, nil, false), (.new, .contacted, true, true, false),
    (.application, .lost, true, true, false), (.application, .leased, true, nil, true),
    (.leased, .application, true, nil, false),
  ])
  func theProspectIsNotifiedOfMovesByStaff(
    _ old: Status, _ new: Status, _ fromResMan: Bool, _ asked: Bool?, _ isDue: Bool
  ) {
    var event = Self.event(old, new)
    event.isFromResMan = fromResMan
    event.notifyProspect = asked
    #expect(!event.isProspectNoticeDue)
    event.conversationID = UUID()
    #expect(event.isProspectNoticeDue == isDue)
  }

  @Test func anEventSurvivesItsJSON() throws {
    var event = Self.event(nil, .tourScheduled, reason: "ü")
    event.notifyProspect = false
    let data = try JSONEncoder().encode(event)
    #expect(try JSONDecoder().decode(StatusChangeEvent.self, from: data) == event)
  }
}

@Suite struct RecipientTests {
  @Test(arguments: [
    ("leasing_agent", NotificationChannel.email, Recipient.role("leasing_agent")),
    ("a.b+c@example.com", .email, .address("a.b+c@example.com")),
    ("leasing_agent", .sms, .role("leasing_agent")),
    ("+1 (512) 555-0142", .sms, .address("+15125550142")),
    ("#leasing", .slack, .role("#leasing")),
    ("https://hooks.example.com/x", .slack, .address("https://hooks.example.com/x")),
    ("leasing_agent", .inApp, .address("leasing_agent")),
    ("a@example.com", .inApp, .address("a@example.com")),
  ])
  func theFormShowsTheChannel(
    _ text: String, _ channel: NotificationChannel, _ recipient: Recipient
  ) {
    #expect(Recipient(text, on: channel) == recipient)
  }

  @Test(arguments: [
    "a@b@example.com", "@example.com", "a@", "a b@example.com",
    "a@example.com\r\nBcc: b@example.com",
    "<a@example.com>", "a@example.com,b@example.com", "a@exa_mple.com", "a@-x.com", "a@x..com",
    "-oQ@example.com", "ä@example.com", "a@[127.0.0.1]", "\"a\"@example.com", "", " ", "5", "a\nb",
    "a\u{0}", "?",
  ])
  func anAddressWithALineBreakIsRefused(_ text: String) {
    guard case .unusable = Recipient(text, on: .email) else {
      Issue.record("\(text) was taken")
      return
    }
  }

  @Test(arguments: [
    "+1512", "5125550142", "+0512555014200", "+1512555014a", "+1512555014212345678",
  ])
  func onlyE164IsAPhoneNumber(_ text: String) {
    guard case .unusable = Recipient(text, on: .sms) else {
      Issue.record("\(text) was taken")
      return
    }
  }
}

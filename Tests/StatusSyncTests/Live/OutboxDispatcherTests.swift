import Foundation
import Leads
import Postgres
import Settings
import Synchronization
import Testing

@testable import Messaging  // uses `Outbox`, internal
import Store

/// A sender that returns scripted results and counts its calls.
private final class ScriptedSender: MessageSender {
  private let sent = Mutex<[UUID: Int]>([:])
  let answer: @Sendable (QueuedMessage) -> SendEnd

  init(
    _ answer: @escaping @Sendable (QueuedMessage) -> SendEnd = { _ in .accepted(providerID: "p") }
  ) {
    self.answer = answer
  }

  var counts: [UUID: Int] { sent.withLock { $0 } }

  func send(_ message: QueuedMessage) async -> SendEnd {
    sent.withLock { $0[message.id, default: 0] += 1 }
    return answer(message)
  }
}

@Suite struct OutboxDispatcherTests {
  private static func deliver(
    _ fixture: OutboxFixture, _ sender: (any MessageSender)?, _ log: KeptLog = KeptLog(),
    time: TestTime = TestTime()
  ) async throws -> OutboxDispatcher {
    OutboxDispatcher(
      try await fixture.database.connect(), senders: sender.map { [.email: $0] } ?? [:],
      clock: time.clock, logger: log.logger)
  }

  private static func queue(_ fixture: OutboxFixture, _ count: Int) async throws {
    try await fixture.prefer(
      .leased, "email", try JSON.encode((0..<count).map { "m\($0)@example.com" }))
    _ = try await fixture.change(.application, .leased)
  }

  @Test func manyAtOnceSendEachMessageOnce() async throws {
    try await OutboxFixture.with { fixture in
      try await Self.queue(fixture, 100)
      let sender = ScriptedSender()
      let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 1...4 {
          group.addTask { try await Self.deliver(fixture, sender).drain().accepted }
        }
        return try await group.reduce(0, +)
      }
      #expect(accepted == 100)
      #expect(sender.counts.count == 100 && sender.counts.values.allSatisfy { $0 == 1 })
      #expect(
        try await fixture.texts(
          """
          select distinct concat_ws(' ', state, provider_id, attempts, finished_at is not null)
          from notification
          """) == ["accepted p 1 t"])
    }
  }

  @Test func anExpiredLeaseIsSentAgainAsAPossibleDuplicate() async throws {
    try await OutboxFixture.with { fixture in
      try await Self.queue(fixture, 1)
      let outbox = Outbox(connection: fixture.db)
      let dead = UUID()
      #expect(try await outbox.lease(dead, channels: [.email], limit: 5).count == 1)
      #expect(try await outbox.lease(UUID(), channels: [.email], limit: 5).isEmpty)
      let sender = ScriptedSender()
      let deliver = try await Self.deliver(fixture, sender)
      #expect(try await deliver.drain().pending == 1)
      _ = try await fixture.db.execute(
        "update notification set leased_until = now() - interval '1 s'")
      #expect(try await deliver.drain().accepted == 1)
      // The lease's holder reports late: the row has already ended.
      try await outbox.bury(
        sender.counts.keys.first ?? dead, holder: dead, cause: "failed", why: "x")
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', state, attempts, possible_duplicate) from notification")
          == ["accepted 2 t"])
    }
  }

  @Test func onlyAnUncertainEndMakesTheNextOneAPossibleDuplicate() async throws {
    try await OutboxFixture.with { fixture in
      try await Self.queue(fixture, 1)
      let time = TestTime()
      let ends = Mutex<[SendEnd]>([.notSent("a"), .tryLater(seconds: 3, "b"), .uncertain("c")])
      let sender = ScriptedSender { _ in
        ends.withLock { $0.isEmpty ? .accepted(providerID: nil) : $0.removeFirst() }
      }
      let deliver = try await Self.deliver(fixture, sender, time: time)
      var seen: [String] = []
      for _ in 1...4 {
        // By the database's clock, so that the duration of the test does not matter.
        let before = try #require(try await fixture.texts("select now()::text").first)
        _ = try await deliver.drain()
        seen += try await fixture.texts(
          """
          select concat_ws(' ', state, attempts, possible_duplicate, last_error,
            extract(epoch from next_attempt_at - \(before)::text::timestamptz) > 2)
          from notification
          """)
        _ = try await fixture.db.execute("update notification set next_attempt_at = now()")
        time.advance(by: .seconds(10))
      }
      #expect(
        seen == [
          "pending 1 f a t", "pending 1 f b t", "pending 2 f c t", "accepted 3 t f",
        ])
    }
  }

  /// However often a server asks to wait, the message keeps its attempts for what fails.
  @Test func aServerThatAsksToWaitUsesUpNoAttempt() async throws {
    try await OutboxFixture.with { fixture in
      try await Self.queue(fixture, 1)
      let time = TestTime()
      let waits = OutboxDispatcher.maximumAttempts + 5
      let ends = Mutex<[SendEnd]>(
        [SendEnd](repeating: .tryLater(seconds: 3, "wait"), count: waits) + [.notSent("busy")])
      let sender = ScriptedSender { _ in
        ends.withLock { $0.isEmpty ? .accepted(providerID: nil) : $0.removeFirst() }
      }
      let deliver = try await Self.deliver(fixture, sender, time: time)
      for _ in 1...(waits + 2) {
        _ = try await deliver.drain()
        _ = try await fixture.db.execute(
          "update notification set next_attempt_at = now() where state = 'pending'")
        time.advance(by: .seconds(10))
      }
      #expect(sender.counts.values.first == waits + 2)
      #expect(
        try await fixture.texts("select concat_ws(' ', state, attempts) from notification")
          == ["accepted 2"])
    }
  }

  @Test func aMessageNotDeliveredIn24HoursIsDeadWithAnAlert() async throws {
    try await OutboxFixture.with { fixture in
      try await Self.queue(fixture, 2)
      let log = KeptLog()
      let sender = ScriptedSender()
      let deliver = try await Self.deliver(fixture, sender, log)
      _ = try await fixture.db.execute(
        """
        update notification set expires_at = now() - interval '1 s'
        where address = 'm0@example.com'
        """)
      let summary = try await deliver.drain()
      #expect(summary.accepted == 1 && summary.dead == 1 && !summary.isClean)
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', state, cause, attempts, last_error) from notification order by 1")
          == ["accepted 1", "dead expired 0 it was never tried"])
      #expect(log.lines.count == 1)
      #expect(log.lines[0].contains("cause=expired channel=email"))
    }
  }

  @Test func aFailureThatStaysIsGivenUpInTheEnd() async throws {
    try await OutboxFixture.with { fixture in
      try await Self.queue(fixture, 1)
      let time = TestTime()
      let sender = ScriptedSender { _ in .notSent("no") }
      let deliver = try await Self.deliver(fixture, sender, time: time)
      for _ in 1...25 {
        _ = try await deliver.drain()
        _ = try await fixture.db.execute(
          "update notification set next_attempt_at = now() where state = 'pending'")
        time.advance(by: .seconds(400))
      }
      #expect(sender.counts.values.first == OutboxDispatcher.maximumAttempts)
      #expect(
        try await fixture.texts("select concat_ws(' ', state, cause, last_error) from notification")
          == ["dead failed no"])
    }
  }

  @Test func aDeadLetterCanBePutBack() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(
        .leased, "email", #"["leasing_agent", "management", "a@example.com"]"#)
      _ = try await fixture.change(.application, .leased)
      let log = KeptLog()
      let summary = try await Self.deliver(fixture, nil, log).drain()
      #expect(summary.dead == 1)
      #expect(log.lines.contains { $0.contains("the channel is not set up") })
      try await fixture.contact("leasing_agent", "email", "agent@example.com")
      let sender = ScriptedSender()
      let again = try await Self.deliver(fixture, sender).drain(retryDead: true)
      #expect(again.requeued == 2 && again.accepted == 2)
      #expect(
        try await fixture.texts(
          "select concat_ws(' ', recipient, address, state) from notification order by 1") == [
            "a@example.com a@example.com accepted", "leasing_agent agent@example.com accepted",
            "management dead",
          ])
    }
  }

  @Test func theMostUrgentGoFirst() async throws {
    try await OutboxFixture.with { fixture in
      for (status, name) in [
        (Status.lost, "low"), (.contacted, "medium"), (.application, "urgent"),
      ] {
        try await fixture.prefer(status, "email", #"["\#(name)@example.com"]"#)
        _ = try await fixture.change(.new, status)
      }
      let leased = try await Outbox(connection: fixture.db).lease(
        UUID(), channels: [.email], limit: 1)
      #expect(leased.first?.address == "urgent@example.com")
    }
  }

  @Test func aFailingChannelIsPausedAndTheOthersContinue() async throws {
    let health = ChannelHealth()
    let second = Duration.seconds(1)
    for _ in 1..<ChannelHealth.timeout { health.note(.notSent("x"), on: .sms, at: .zero) }
    #expect(health.usable(at: .zero).count == 4)
    health.note(.uncertain("x"), on: .sms, at: .zero)
    health.note(.tryLater(seconds: 90, "x"), on: .slack, at: .zero)
    #expect(health.usable(at: second) == [.email, .inApp])
    #expect(health.usable(at: second * 15) == [.email, .sms, .inApp])
    #expect(health.usable(at: second * 90).count == 4)
    health.note(.tryLater(seconds: 1e9, "x"), on: .slack, at: .zero)
    #expect(health.usable(at: second * 3600).count == 4)
  }

  /// A server that names no time is asked ever more rarely, though no attempts are counted.
  @Test func aChannelThatAsksToWaitAgainWaitsLonger() {
    let health = ChannelHealth()
    var now = Duration.zero
    for pause in [15, 30, 60, 120, 240, 300, 300] {
      // Several messages at a time are one pause.
      for _ in 1...8 { health.note(.tryLater(seconds: nil, "x"), on: .sms, at: now) }
      now += .seconds(pause)
      #expect(!health.usable(at: now - .milliseconds(1)).contains(.sms))
      #expect(health.usable(at: now).contains(.sms))
    }
    health.note(.accepted(providerID: nil), on: .sms, at: now)
    health.note(.tryLater(seconds: nil, "x"), on: .sms, at: now)
    #expect(health.usable(at: now + .seconds(15)).contains(.sms))
  }

  /// Of messages that were sent at a time one is asked to wait, and another one is accepted a moment later: the pause
  /// stays, and so does the length of the next one.
  @Test(arguments: [600.0, nil])
  func aMessageThatWasSentBeforeAPauseDoesNotEndIt(_ asked: Double?) {
    let ends: [SendEnd] = [.accepted(providerID: nil), .bounced("x"), .failed("x")]
    for end in ends {
      let health = ChannelHealth()
      let pause = Duration.seconds(asked ?? 15)
      health.note(.tryLater(seconds: asked, "x"), on: .email, at: .zero)
      health.note(end, on: .email, at: .seconds(1))
      #expect(!health.usable(at: pause - .milliseconds(1)).contains(.email))
      #expect(health.usable(at: pause).contains(.email))
      guard asked == nil else { continue }
      health.note(.tryLater(seconds: nil, "x"), on: .email, at: pause)
      #expect(!health.usable(at: pause + .seconds(29)).contains(.email))
    }
  }

  /// In the background of `serve`: a lost connection is replaced; cancelling the task ends it.
  @Test func theBackgroundGoesOnAfterTheDatabaseWasLost() async throws {
    try await OutboxFixture.with { fixture in
      let log = KeptLog()
      let opened = Mutex<[Int]>([])
      let background = Task {
        await OutboxDispatcher.keepDraining(
          connect: {
            let connection = try await fixture.database.connect()
            let id = await connection.backendID
            opened.withLock { $0.append(id) }
            return connection
          }, settings: NotifySettings(), every: .milliseconds(20), logger: log.logger)
      }
      try await fixture.prefer(.leased, "sms", #"["+15125550100"]"#)
      for _ in 1...2 {
        _ = try await fixture.change(.application, .leased)
        try await Self.until {
          try await fixture.texts("select id from notification where state = 'pending'").isEmpty
        }
        let last = opened.withLock { $0.last ?? 0 }
        _ = try await fixture.db.query("select pg_terminate_backend(\(last))")
      }
      background.cancel()
      await background.value
      #expect(opened.withLock { $0.count } >= 2)
      #expect(log.lines.contains { $0.contains("a pass over the outbox failed") })
      let states = try await fixture.texts("select state || ' ' || last_error from notification")
      #expect(states == ["dead the channel is not set up", "dead the channel is not set up"])
    }
  }

  /// Waits until a condition holds; the time limit only matters if it never does.
  private static func until(_ condition: () async throws -> Bool) async throws {
    for _ in 1...30_000 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("it never came about")
  }

  @Test func theInboxIsReadAndMarked() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.prefer(.leased, "in_app", #"["leasing_agent", "management"]"#)
      try await fixture.prefer(.leased, "email", #"["a@example.com"]"#)
      _ = try await fixture.change(.application, .leased)
      let inbox = Inbox(fixture.db)
      let all = try await inbox.messages(property: fixture.property)
      #expect(all.total_count == 2 && all.unread_count == 2 && all.messages.count == 2)
      let mine = try await inbox.messages(property: fixture.property, recipient: "leasing_agent")
      let message = try #require(mine.messages.first)
      #expect(mine.total_count == 1 && message.subject == "Lead Leased - Ada Example")
      #expect(try await inbox.messages(property: UUID()).total_count == 0)
      #expect(try await !inbox.markRead(message.id, property: UUID()))
      #expect(try await inbox.markRead(message.id, property: fixture.property))
      let first = try await inbox.messages(property: fixture.property, recipient: "leasing_agent")
      #expect(try await inbox.markRead(message.id, property: fixture.property))
      let second = try await inbox.messages(property: fixture.property, recipient: "leasing_agent")
      #expect(first.messages == second.messages)
      #expect(first.messages.first?.read_at != nil)
      let unread = try await inbox.messages(property: fixture.property, unreadOnly: true)
      #expect(unread.messages.count == 1 && unread.unread_count == 1)
    }
  }
}

import Foundation
import Leads
import Postgres
import Testing

@testable import Messaging  // uses `OutboxDispatcher`, internal
import Store

/// Fault test 15 of docs/reliability.md: receivers that refuse, disconnect after DATA, ask to wait, or are
/// down for an hour; four channels, 200 messages each. Every row must end.
@Suite struct DeliverFaultTests {
  private static let mailFaults = ["ok", "ok", "later", "drop", "limit", "gone", "spam", "ok"]
  private static let webFaults = [
    "ok", "ok", "later", "drop", "limit", "gone", "ok", "ok", "ok", "ok",
  ]

  private static func recipients() -> [(channel: String, names: [String])] {
    [
      ("email", (0..<200).map { "\(mailFaults[$0 % 8])-\($0)@example.com" }),
      ("slack", (0..<200).map { "https://sink.example.com/\(webFaults[$0 % 10])/\($0)" }),
      (
        "sms",
        (0..<200).map { "+1\(512 + $0 / 100)55501\($0 % 100 < 10 ? "0" : "")\($0 % 100)" }
      ),
      ("in_app", (0..<200).map { "desk \($0)" }),
    ]
  }

  /// Moves the time, for the channels' health and for the rows.
  private static func wait(minutes: Int, _ time: TestTime, _ fixture: OutboxFixture) async throws {
    time.advance(by: .seconds(minutes * 60))
    _ = try await fixture.db.execute(
      """
      update notification set
        created_at = created_at - make_interval(mins => \(minutes)),
        expires_at = expires_at - make_interval(mins => \(minutes)),
        next_attempt_at = next_attempt_at - make_interval(mins => \(minutes))
      where state = 'pending'
      """)
  }

  @Test func everyRowEndsWhateverTheSinksDo() async throws {
    try await OutboxFixture.with { fixture in
      try await Sinks.with { sinks in
        for (channel, names) in Self.recipients() {
          try await fixture.prefer(.application, channel, try JSON.encode(names))
        }
        #expect(try await fixture.change(.tourScheduled, .application).queued == 800)
        // A row accepts only a public host, but the receivers are on this machine.
        _ = try await fixture.db.execute(
          """
          update notification set address = replace(address, 'https://sink.example.com', \(sinks.web))
          where channel = 'slack'
          """)
        let time = TestTime()
        let log = KeptLog()

        // Down for an hour: no message is lost, and no row uses up its attempts.
        let down = OutboxDispatcher(
          try await fixture.database.connect(), senders: Sinks.sendersDown(clock: time.clock),
          clock: time.clock, logger: log.logger)
        for _ in 0..<12 {
          let summary = try await down.drain()
          #expect(summary.accepted == 0 && summary.dead == 0 && summary.pending == 600)
          try await Self.wait(minutes: 5, time, fixture)
        }
        #expect(
          try await fixture.texts("select (max(attempts) < 13)::text from notification") == ["true"]
        )

        // Available again; each message meets a fault of its own.
        _ = try await fixture.db.execute(
          "update notification set attempts = 0 where state = 'pending'")
        let up = OutboxDispatcher(
          try await fixture.database.connect(), senders: sinks.senders(clock: time.clock),
          clock: time.clock, logger: log.logger)
        var passes = 0
        while try await up.drain().pending > 0, passes < 200 {
          passes += 1
          try await Self.wait(minutes: 4, time, fixture)
        }
        try await Self.check(fixture, sinks, log)
      }
    }
  }

  private static func check(_ fixture: OutboxFixture, _ sinks: Sinks, _ log: KeptLog) async throws {
    let ends = try await fixture.texts(
      """
      select concat_ws(' ', channel, state, cause, count(*)) from notification
      group by channel, state, cause order by 1
      """)
    #expect(
      ends == [
        "email accepted 150", "email dead bounced 25", "email dead failed 25",
        "in_app delivered 200", "slack accepted 180", "slack dead bounced 20",
        "sms accepted 180", "sms dead bounced 20",
      ])
    let alerts = log.lines.filter { $0.hasPrefix("error alert: a notification was given up") }
    #expect(alerts.count == 90)
    #expect(!log.lines.contains { $0.contains("@") || $0.contains("+15") || $0.contains("http:") })

    let ledger = try await sinks.ledger()
    let taken = Dictionary(grouping: ledger) { "\($0.channel) \($0.key)" }
    // Exactly once, unless the answer was lost: then twice, with one id, and marked as a possible duplicate.
    #expect(taken.count == 150 + 180 + 180)
    let twice = taken.filter { $0.value.count == 2 }
    #expect(twice.count == 25 + 20 + 20 && taken.values.allSatisfy { $0.count <= 2 })
    #expect(twice.values.allSatisfy { Set($0.map(\.message_id)).count == 1 })
    let marked = try await fixture.texts(
      """
      select channel || ' ' || case channel when 'slack' then substring(address from '/[a-z]+/.*')
        else address end
      from notification where possible_duplicate
      """)
    #expect(Set(twice.keys).isSubset(of: marked))
    let ids = try await fixture.texts(
      "select '<' || id || '@example.com>' from notification where channel = 'email' and state = 'accepted'"
    )
    #expect(Set(ledger.compactMap(\.message_id)) == Set(ids))
  }
}

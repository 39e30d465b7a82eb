import Foundation
import Leads
import Testing

@testable import Messaging  // uses `EmailMessage`, `Outbox`, internal
@testable import Pages  // uses `PageData.sample`, made of internal fields
import Settings
import Store

/// Reports as they leave: what a mail program makes of them, and that no mailbox has one twice.
@Suite struct ReportMailTests {
  /// What a mail program written by others reads in a message.
  private struct Read: Decodable {
    var structure: String
    var defects: [String]
    var subject: String
    var longest_line: Int
    var bare_line_ends: Int
    var ascii: Bool
    var plain: String?
    var html: String?
    var attachments: [Attachment]

    struct Attachment: Decodable, Equatable {
      var name: String
      var bytes: Int

      init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        name = try values.decode(String.self)
        bytes = try values.decode(Int.self)
      }
    }
  }

  private static func read(_ message: String) throws -> Read {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(
      fileURLWithPath: root.appending(path: ".build/tools/bin/python").path())
    process.arguments = [root.appending(path: "Tests/Sinks/mail.py").path()]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let bytes = Data(message.utf8)
    let writing = Thread {
      try? input.fileHandleForWriting.write(contentsOf: bytes)
      try? input.fileHandleForWriting.close()
    }
    writing.start()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Read.self, from: text)
  }

  private static func message(
    subject: String, digest: ReportDigest, attachment: String? = nil
  ) -> QueuedMessage {
    QueuedMessage(
      id: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)), channel: .email,
      address: "a@example.com", priority: .medium, subject: subject, body: digest.text,
      html: digest.html, attachment: attachment,
      createdAt: Instant(iso8601: "2026-11-24T10:30:00Z") ?? Instant(microseconds: 0))
  }

  private static func digest(_ property: String? = nil) -> ReportDigest {
    ReportDigest(
      .sample, property: property, link: "https://intranet.example.com/2026-03-02/summary.html")
  }

  @Test(arguments: [nil, "Größe & Söhne, مساكن النخيل"])
  func aMailProgramReadsBothParts(_ property: String?) throws {
    let digest = Self.digest(property)
    let email = EmailMessage(
      Self.message(subject: digest.subject, digest: digest), from: "sync@example.com",
      to: "a@example.com")
    let read = try Self.read(email.text)
    #expect(read.structure == "multipart/alternative(text/plain,text/html)")
    #expect(read.defects == [])
    #expect(read.subject == digest.subject)
    #expect(read.longest_line <= 78 && read.bare_line_ends == 0 && read.ascii)
    #expect(read.plain == digest.text + "\n")
    #expect(read.html == digest.html + "\n")
    #expect(read.attachments == [])
  }

  @Test func aFileGoesWithIt() throws {
    let digest = Self.digest()
    let email = EmailMessage(
      Self.message(subject: digest.subject, digest: digest), from: "sync@example.com",
      to: "a@example.com",
      attachment: EmailMessage.Attachment(
        name: "statussync-2026-03-02.xlsx", content: Data(repeating: 7, count: 100_000)))
    let read = try Self.read(email.text)
    #expect(
      read.structure
        == "multipart/mixed(multipart/alternative(text/plain,text/html),"
        + "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet)")
    #expect(read.defects == [])
    #expect(read.attachments.map(\.name) == ["statussync-2026-03-02.xlsx"])
    #expect(read.attachments.map(\.bytes) == [100_000])
    #expect(read.longest_line <= 78)
  }

  /// Over a real mail server, the file read when it is sent; one that is gone is a dead letter.
  @Test func theWorkbookIsReadWhenItIsSent() async throws {
    try await OutboxFixture.with { fixture in
      try await Sinks.with { sinks in
        let folder = FileManager.default.temporaryDirectory.appending(
          path: "status-sync-mail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "statussync-2026-03-02.xlsx")
        try Data("workbook".utf8).write(to: file)
        let outbox = ReportOutbox(fixture.db)
        var report = Self.report("nightly/2026-03-02/portfolio")
        report.attachment = file.path()
        let to = try await outbox.mailboxes(
          of: ["ok-1@example.com", "slack"], property: nil)
        #expect(try await outbox.enqueue(report, to: to) == 2)
        report.key = "nightly/2026-03-03/portfolio"
        report.attachment = folder.appending(path: "gone.xlsx").path()
        #expect(try await outbox.enqueue(report, to: Array(to.prefix(1))) == 1)
        let deliver = OutboxDispatcher(
          try await fixture.database.connect(), senders: sinks.senders(clock: TestTime().clock),
          clock: TestTime().clock, logger: KeptLog().logger)
        let summary = try await deliver.drain()
        #expect(summary.accepted == 2 && summary.dead == 1)
        let taken = try await sinks.ledger()
        let mail = try #require(taken.first { $0.channel == "email" })
        let read = try Self.read(mail.content)
        #expect(read.attachments.map(\.bytes) == [8])
        let slack = try #require(taken.first { $0.channel == "slack" })
        let said = try JSONDecoder().decode([String: String].self, from: Data(slack.content.utf8))
        let lines = (said["text"] ?? "").split(separator: "\n")
        #expect(lines.count == 7)
        #expect(lines.first == "*Lead status, 2 March 2026*")
        #expect(lines.contains("• Leased: 585"))
        #expect(
          lines.last?.hasSuffix("https://intranet.example.com/2026-03-02/summary.html") == true)
        #expect(
          try await fixture.texts(
            "select concat_ws(' ', state, cause, html is null) from notification order by 1")
            == ["accepted t", "accepted t", "dead failed f"])
      }
    }
  }

  private static func report(_ key: String, property: UUID? = nil) -> ReportMessage {
    let digest = digest()
    return ReportMessage(
      key: key, template: "report_nightly", propertyID: property, subject: digest.subject,
      text: digest.text, html: digest.html, slack: digest.slack, attachment: nil)
  }

  /// A role, its address and the same address in capitals are one mailbox; the report of another day is another.
  @Test func aMailboxHasAReportOnce() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.contact("management", "email", "boss@example.com", here: false)
      try await fixture.contact("management", "slack", "https://hooks.slack.com/x", here: false)
      try await fixture.contact("management", "sms", "+15125550100", here: false)
      let outbox = ReportOutbox(fixture.db)
      let names = ["management", "BOSS@example.com", "other@example.com", "slack", "nobody"]
      let to = try await outbox.mailboxes(of: names, property: nil)
      #expect(to.count == 6)
      #expect(try await outbox.enqueue(Self.report("nightly/a/portfolio"), to: to) == 4)
      #expect(try await outbox.enqueue(Self.report("nightly/a/portfolio"), to: to) == 0)
      #expect(try await outbox.enqueue(Self.report("nightly/b/portfolio"), to: to) == 4)
      #expect(
        try await fixture.texts(
          """
          select concat_ws(' ', channel, coalesce(address, '-'), state, count(*), last_error)
          from notification group by channel, address, state, last_error order by 1
          """) == [
            "email - dead 2 the role has no address for all properties in notification_contact",
            "email boss@example.com pending 2", "email other@example.com pending 2",
            "slack - pending 2", "slack https://hooks.slack.com/x pending 2",
          ])
      // A dead letter whose role has an address by now is sent; not to a mailbox that has the report.
      try await fixture.contact("nobody", "email", "boss@example.com", here: false)
      #expect(try await Outbox(connection: fixture.db).requeueDead() == 0)
      _ = try await fixture.db.execute(
        "update notification_contact set address = 'new@example.com' where role = 'nobody'")
      #expect(try await Outbox(connection: fixture.db).requeueDead() == 2)
    }
  }

  /// A role gets the report of the property where it has an address, and no other.
  @Test func aRoleIsWhoeverHasItAtTheProperty() async throws {
    try await OutboxFixture.with { fixture in
      try await fixture.contact("property_manager", "email", "oak@example.com")
      try await fixture.contact("property_manager", "email", "all@example.com", here: false)
      let outbox = ReportOutbox(fixture.db)
      let names = ["property_manager", "auditor"]
      #expect(
        try await outbox.mailboxes(of: names, property: fixture.property).map(\.address)
          == ["oak@example.com"])
      #expect(try await outbox.mailboxes(of: names, property: UUID()).isEmpty)
    }
  }

  /// The database goes away, or the process dies, between two mailboxes: nothing of the report is there, and written again
  /// each mailbox has it once.
  @Test func aReportIsWrittenWholeOrNotAtAll() async throws {
    try await OutboxFixture.with { fixture in
      _ = try await fixture.db.execute(
        """
        create function stop_here() returns trigger language plpgsql as $$
        begin
          if new.address = 'second@example.com' then raise exception 'stopped'; end if;
          return new;
        end $$
        """)
      _ = try await fixture.db.execute(
        """
        create trigger stop_here before insert on notification
          for each row execute function stop_here()
        """)
      let outbox = ReportOutbox(fixture.db)
      let to = try await outbox.mailboxes(
        of: ["first@example.com", "second@example.com"], property: nil)
      await #expect(throws: (any Error).self) {
        _ = try await outbox.enqueue(Self.report("nightly/a/portfolio"), to: to)
      }
      #expect(try await fixture.texts("select count(*)::text from notification") == ["0"])
      _ = try await fixture.db.execute("drop trigger stop_here on notification")
      #expect(try await outbox.enqueue(Self.report("nightly/a/portfolio"), to: to) == 2)
      #expect(try await outbox.enqueue(Self.report("nightly/a/portfolio"), to: to) == 0)
    }
  }
}

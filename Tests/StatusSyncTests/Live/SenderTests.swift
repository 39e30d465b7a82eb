import Foundation
import HTTP
import Leads
import Testing

import HTTP
@testable import Messaging  // uses `EmailMessage`, internal
import Settings
import StatusSync
import Store

@Suite struct SenderTests {
  private static func message(
    _ channel: NotificationChannel, _ address: String?, subject: String = "Lead Leased - Ada",
    body: String = "Congratulations!"
  ) -> QueuedMessage {
    QueuedMessage(
      id: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)), channel: channel,
      address: address, priority: .high, subject: subject, body: body,
      createdAt: Instant(iso8601: "2026-11-24T10:30:00Z") ?? Instant(microseconds: 0))
  }

  @Test func anEmailIsTheSameBytesEachTime() {
    let email = EmailMessage(
      Self.message(.email, nil), from: "sync@example.com", to: "a@example.com")
    #expect(
      email.text
        == [
          "From: sync@example.com", "To: a@example.com", "Subject: Lead Leased - Ada",
          "Date: Tue, 24 Nov 2026 10:30:00 +0000",
          "Message-ID: <01020304-0506-0708-090a-0b0c0d0e0f10@example.com>",
          "Auto-Submitted: auto-generated", "Importance: high", "X-Priority: 1",
          "MIME-Version: 1.0",
          "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
          "Q29uZ3JhdHVsYXRpb25zIQo=", "",
        ].joined(separator: "\r\n"))
  }

  @Test(arguments: [
    "Ärger\r\nBcc: x@example.com", "a\nb", String(repeating: "ü", count: 500), "=?utf-8?q?x?=",
    "🏡 " + String(repeating: "long ", count: 300),
  ])
  func aSubjectStaysOneHeaderOfShortLines(_ subject: String) {
    let header = EmailMessage.encoded(subject)
    for (index, line) in header.components(separatedBy: "\r\n").enumerated() {
      #expect(line.utf8.count <= 78 && line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
      #expect(index == 0 || line.hasPrefix(" =?utf-8?B?"))
    }
    #expect(!header.contains("Bcc: "))
  }

  @Test func everyDayHasItsName() {
    let names = (0..<14).map {
      EmailMessage.date(Instant(microseconds: (Int64($0) - 7) * 86_400_000_000)).prefix(11)
    }
    #expect(names.first == "Thu, 25 Dec" && names[7] == "Thu, 01 Jan" && names[13] == "Wed, 07 Jan")
  }

  @Test func slackTextCannotMentionOrLink() {
    let text = SlackSender.text(
      Self.message(.slack, nil, subject: "*a* <!channel>", body: "<https://x|y> & z"))
    #expect(text == "*∗a∗ &lt;!channel&gt;*\n&lt;https://x|y&gt; &amp; z")
  }

  @Test(arguments: [
    "http://hooks.example.com/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x",
    "https://10.0.0.8/x", "https://169.254.169.254/x", "https://192.168.0.1/x", "https://0x7f.1/x",
    "https://u:p@hooks.example.com/x", "https://hooks.example.com:8443/x", "file:///etc/passwd",
    "https://hooks.example.com/x#y", "ftp://hooks.example.com/x",
  ])
  func aWebhookFromDataIsHttpsAndOutside(_ url: String) async {
    let sender = SlackSender(
      webhook: Secret(""), timeoutSeconds: 5, clock: RunClock.system())
    guard case .bounced = await sender.send(Self.message(.slack, url)) else {
      Issue.record("\(url) was sent to")
      return
    }
  }

  @Test func withoutAnyWebhookNothingIsSent() async {
    let sender = SlackSender(webhook: Secret(""), timeoutSeconds: 5, clock: RunClock.system())
    guard case .failed = await sender.send(Self.message(.slack, nil)) else {
      Issue.record("sent to nobody")
      return
    }
  }

  @Test func aRedirectIsNotFollowed() async throws {
    try await Sinks.with { sinks in
      let senders = sinks.senders(clock: RunClock.system())
      let slack = try #require(senders[.slack])
      #expect(
        await slack.send(Self.message(.slack, "\(sinks.web)/redirect/1"))
          == .failed("HTTP 302, a redirect, which is not followed"))
      #expect(await slack.send(Self.message(.slack, nil)) == .accepted(providerID: nil))
      let sms = try #require(senders[.sms])
      #expect(await sms.send(Self.message(.sms, "+15125550100")) == .accepted(providerID: "SM0002"))
      let ledger = try await sinks.ledger()
      #expect(ledger.map(\.key) == ["/ok/default", "+15125550100"])
      #expect(
        ledger.last?.content
          == "To=%2B15125550100&From=%2B15125550100&Body=Lead%20Leased%20-%20Ada%3A%20Congratulations%21"
      )
      #expect(ledger.last?.authorization == "Basic QUMxOnQwa2Vu")
    }
  }

  /// On a machine so busy that connecting takes longer, the limit is longer.
  @Test func silenceIsUncertain() async throws {
    try await Sinks.with { sinks in
      let cases: [(NotificationChannel, String)] = [
        (.email, "silent-1@example.com"), (.slack, "\(sinks.web)/silent/1"),
      ]
      for (channel, address) in cases {
        var ends: [SendEnd?] = []
        for timeout in [1.0, 8, 60, 600] {
          let senders = sinks.senders(timeout: timeout, clock: RunClock.system())
          ends.append(await senders[channel]?.send(Self.message(channel, address)))
          if case .uncertain = ends.last { break }
        }
        guard case .uncertain = ends.last else {
          Issue.record("\(channel): \(ends)")
          continue
        }
      }
      let taken = try await sinks.ledger()
      #expect(taken.isEmpty)
    }
  }

  /// A stop does not wait for a server: the connection is closed, whatever time it had left.
  @Test func aSendThatIsStoppedEnds() async throws {
    try await Sinks.with { sinks in
      let senders = sinks.senders(timeout: 3_600, clock: RunClock.system())
      for (channel, address) in [
        (NotificationChannel.email, "silent-1@example.com"), (.slack, "\(sinks.web)/silent/1"),
      ] {
        let sender = try #require(senders[channel])
        let sending = Task { await sender.send(Self.message(channel, address)) }
        sending.cancel()
        switch await sending.value {
        case .uncertain, .notSent: break
        case let end: Issue.record("\(channel): \(end)")
        }
      }
    }
  }

  @Test func mailIsEncryptedAndIntroducedWhereThatIsConfigured() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-tls-\(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Sinks.certificate(in: folder)
    try await Sinks.with(certificate: folder) { sinks in
      let safe = "smtp://127.0.0.1:\(sinks.ports.safe ?? 0)"
      func end(
        _ url: String, _ encryption: MailServer.Encryption, password: String = "s3cret",
        trusted: Bool = true
      ) async -> SendEnd {
        await EmailSender(
          EmailSettings(
            smtpURL: url, from: "sync@example.com", username: password.isEmpty ? "" : "mailer",
            password: Secret(password), encryption: encryption,
            certificates: trusted ? "\(folder)/cert.pem" : nil), timeoutSeconds: 30
        ).send(Self.message(.email, "ok-1@example.com"))
      }
      #expect(await end(safe, .auto) == .accepted(providerID: "250 2.0.0 queued as 1"))
      #expect(await end(safe, .required) == .accepted(providerID: "250 2.0.0 queued as 2"))
      for refused in [
        await end(safe, .auto, password: "wrong"), await end(safe, .auto, trusted: false),
        await end(safe, .auto, password: ""), await end(safe, .off, password: ""),
        // This server does not offer STARTTLS: with a password, or if TLS is required, nothing is sent.
        await end("smtp://127.0.0.1:\(sinks.ports.mail)", .auto),
        await end("smtp://127.0.0.1:\(sinks.ports.mail)", .required, password: ""),
      ] {
        guard case .notSent = refused else {
          Issue.record("\(refused)")
          continue
        }
      }
      let ledger = try await sinks.ledger()
      #expect(ledger.map(\.tls) == [true, true] && ledger.map(\.login) == ["mailer", "mailer"])
      #expect(Set(ledger.map(\.message_id)).count == 1)
    }
  }

  /// The program in a mount namespace of its own, where `/etc/ssl/certs` is another folder.
  private static func start(
    _ arguments: [String], environment: [String: String] = [:], authorities folder: String
  ) throws -> (status: Int32, out: Data) {
    let place = try Program.folder()
    defer { try? FileManager.default.removeItem(at: place) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments =
      [
        "--map-root-user", "--mount", "/bin/sh", "-c",
        "mount --bind \"$0\" /etc/ssl/certs && exec \"$@\"", folder,
      ] + arguments
    process.environment = Program.environment(environment, in: place)
    process.currentDirectoryURL = place
    let out = Pipe()
    process.standardOutput = out
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = out.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, data)
  }

  /// Whether this machine lets a test have a mount namespace.
  static let hasMountNamespaces: Bool = {
    let folder = FileManager.default.temporaryDirectory.path()
    return (try? Self.start(["/bin/true"], authorities: folder))?.status == 0
  }()

  /// Where a file of authorities is named, those of the system are not trusted, by mail and by web: neither its file
  /// nor its folder, from which libcurl reads whatever is named after a hash.
  @Test(.enabled(if: SenderTests.hasMountNamespaces))
  func aNamedAuthorityIsTheOnlyOne() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-authorities-\(UUID().uuidString)"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Sinks.certificate(in: "\(folder)/server")
    try Sinks.certificate(in: "\(folder)/stranger", for: "stranger.example.com")
    let files = FileManager.default
    let system = "\(folder)/system"
    try files.createDirectory(atPath: system, withIntermediateDirectories: false)
    try files.copyItem(atPath: "\(folder)/server/cert.pem", toPath: "\(system)/server.pem")
    let rehash = try Process.run(
      URL(fileURLWithPath: "/usr/bin/openssl"), arguments: ["rehash", system])
    rehash.waitUntilExit()
    #expect(rehash.terminationStatus == 0)
    try files.copyItem(
      atPath: "\(folder)/stranger/cert.pem", toPath: "\(system)/ca-certificates.crt")
    try await Sinks.with(certificate: "\(folder)/server") { sinks in
      let environment = [
        "STATUS_SYNC_RESMAN_URL": "https://127.0.0.1:\(sinks.ports.safe_web ?? 0)",
        "STATUS_SYNC_RESMAN_TOKEN": "token",
        "STATUS_SYNC_NOTIFY_EMAIL_SMTP_URL": "smtp://127.0.0.1:\(sinks.ports.safe ?? 0)",
        "STATUS_SYNC_NOTIFY_EMAIL_FROM": "sync@example.com",
        "STATUS_SYNC_NOTIFY_EMAIL_USERNAME": "mailer",
        "STATUS_SYNC_NOTIFY_EMAIL_PASSWORD": "s3cret",
      ]
      for (named, isTrusted) in [(nil, true), ("server", true), ("stranger", false)]
        as [(String?, Bool)]
      {
        let file = named.map { "\(folder)/\($0)/cert.pem" } ?? ""
        let (_, out) = try Self.start(
          [Program.path, "doctor", "--json"],
          environment: environment.merging(
            ["STATUS_SYNC_HTTP_CA_FILE": file, "STATUS_SYNC_NOTIFY_EMAIL_CA_FILE": file]
          ) { own, _ in own }, authorities: system)
        let checks = try JSONDecoder().decode(Checklist.Outcome.self, from: out).checks
        let mail = try #require(checks.first { $0.name == "mail server reachable" })
        #expect(mail.ok == isTrusted, "\(file): \(mail.reasons)")
        // The web server is no ResMan: whoever reaches it gets an answer that does not fit.
        let web = try #require(checks.first { $0.name == "ResMan reachable, token accepted" })
        let isReached = !web.reasons.joined().contains("could not be reached")
        #expect(isReached == isTrusted, "\(file): \(web.reasons)")
      }
    }
  }
}

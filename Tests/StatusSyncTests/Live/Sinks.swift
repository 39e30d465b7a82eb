import Foundation
import HTTP
import Leads

@testable import Messaging  // uses `EmailSender`, internal
import Settings
import Store
import Upstreams

/// A real mail server and a web server that behaves like Slack and Twilio (`Tests/Sinks/sinks.py`), in a
/// process of their own that ends with this one.
struct Sinks: Sendable {
  struct Ports: Decodable, Sendable {
    var mail: Int
    var web: Int
    /// With STARTTLS and a login; only if a folder with a certificate was given.
    var safe: Int?
    /// The web server with TLS; only then, too.
    var safe_web: Int?
  }

  /// A message, once for each time it was received.
  struct Taken: Decodable, Sendable {
    var channel: String
    var key: String
    var message_id: String?
    var content: String
    var tls: Bool?
    var login: String?
    var authorization: String?
  }

  struct CannotStart: Error, CustomStringConvertible {
    var description: String
  }

  let ports: Ports

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func with<T: Sendable>(
    certificate folder: String? = nil, _ body: @Sendable (Sinks) async throws -> T
  ) async throws -> T {
    let process = Process()
    let python = root.appending(path: ".build/tools/bin/python").path()
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw CannotStart(description: "\(python) is missing: run make setup")
    }
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments =
      [root.appending(path: "Tests/Sinks/sinks.py").path()] + (folder.map { [$0] } ?? [])
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    let line = await Task.detached { () -> Data in
      var line = Data()
      while let byte = try? output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8),
        !byte.isEmpty
      { line += byte }
      return line
    }.value
    guard let ports = try? JSONDecoder().decode(Ports.self, from: line) else {
      throw CannotStart(description: "the sinks did not start")
    }
    return try await body(Sinks(ports: ports))
  }

  /// A certificate and its key, as `cert.pem` and `key.pem`.
  static func certificate(in folder: String, for name: String = "localhost") throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(folder)/key.pem", "-out",
      "\(folder)/cert.pem", "-days", "2", "-subj", "/CN=\(name)", "-addext",
      "subjectAltName=DNS:\(name),IP:127.0.0.1",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CannotStart(description: "openssl made no certificate")
    }
  }

  var web: String { "http://127.0.0.1:\(ports.web)" }

  /// Settings of the three channels for these receivers.
  func senders(
    timeout: Double = 300, clock: RunClock
  ) -> [NotificationChannel: any MessageSender] {
    Self.senders(
      mail: "smtp://127.0.0.1:\(ports.mail)", web: web, timeout: timeout, clock: clock)
  }

  /// The same, for a port where nobody listens.
  static func sendersDown(clock: RunClock) -> [NotificationChannel: any MessageSender] {
    let nowhere = "http://127.0.0.1:1"
    var senders = senders(mail: "smtp://127.0.0.1:1", web: nowhere, timeout: 5, clock: clock)
    senders[.slack] = senders[.slack].map { Rerouted(sender: $0, address: "\(nowhere)/ok") }
    return senders
  }

  private static func senders(
    mail: String, web: String, timeout: Double, clock: RunClock
  ) -> [NotificationChannel: any MessageSender] {
    [
      .email: EmailSender(
        EmailSettings(smtpURL: mail, from: "sync@example.com"), timeoutSeconds: timeout),
      .slack: SlackSender(
        webhook: Secret("\(web)/ok/default"),
        rule: SlackSender.Rule(addresses: .any, isTransportFree: true), timeoutSeconds: timeout,
        clock: clock),
      .sms: SMSSender(
        SMSSettings(url: web, account: "AC1", token: Secret("t0ken"), from: "+15125550100"),
        timeoutSeconds: timeout, clock: clock),
    ]
  }

  /// Sends to another address than the message's.
  private struct Rerouted: MessageSender {
    let sender: any MessageSender
    let address: String

    func send(_ message: QueuedMessage) async -> SendEnd {
      var message = message
      message.address = address
      return await sender.send(message)
    }
  }

  /// The received messages, in order.
  func ledger() async throws -> [Taken] {
    let client = UpstreamHTTP.makeClient(concurrency: 1)
    let answer: Result<WebAnswer, WebFailure>
    do throws(WebFailure) {
      answer = .success(
        try await client.execute(WebRequest(url: "\(web)/ledger", maximumBytes: 64 << 20)))
    } catch {
      answer = .failure(error)
    }
    await client.shutdown()
    return try JSONDecoder().decode([Taken].self, from: Data(try answer.get().body))
  }
}

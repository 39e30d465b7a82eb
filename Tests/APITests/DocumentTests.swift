import Foundation
import Leads
import Testing

@testable import API  // uses `OpenAPIDocument`, internal

/// `/openapi.json`, for readers and for client generators.
@Suite struct DocumentTests {
  /// Every field and every parameter has a description.
  @Test func everyFieldOfTheDocumentIsDescribed() throws {
    let document = OpenAPIDocument.document
    let schemas = try #require(document["components"]?["schemas"]?.object)
    #expect(schemas.count > 25)
    var fields = 0
    for (name, schema) in schemas {
      if schema["oneOf"] == nil { #expect(schema["description"] != nil, "\(name)") }
      for (field, value) in schema["properties"]?.object ?? [:] {
        fields += 1
        let text = value["description"]?.string ?? ""
        #expect(text.count > 3 && text.hasSuffix("."), "\(name).\(field)")
        let isTyped = ["type", "$ref", "anyOf", "const", "enum"].contains { value[$0] != nil }
        #expect(isTyped, "\(name).\(field)")
        // A field whose unusable values are ignored takes every type.
        let isFree =
          if case .array(let types)? = value["type"] { types.contains("object") } else { false }
        if !isFree, ["_at", "window_start", "as_of"].contains(where: field.hasSuffix) {
          #expect(value["format"] == "date-time", "\(name).\(field)")
        }
      }
    }
    #expect(fields > 90)
    for (path, operations) in document["paths"]?.object ?? [:] {
      for operation in (operations.object ?? [:]).values {
        guard case .array(let parameters) = operation["parameters"] ?? .array([]) else { continue }
        for parameter in parameters {
          let name = parameter["name"]?.string ?? ""
          #expect(parameter["description"]?.string?.isEmpty == false, "\(path) \(name)")
        }
        #expect(operation["summary"]?.string?.hasSuffix(".") == true, "\(path)")
      }
    }
  }

  @Test func everyAnswerHasHeadersAgainstBrowsers() async throws {
    try await APIFixture.with { fixture in
      let answers = [
        try await fixture.call("GET", "/health"), try await fixture.call("GET", "/metrics"),
        try await fixture.call("GET", "/nowhere"), try await fixture.put("L-1", "happy"),
        try await fixture.call(
          "OPTIONS", "/health", headers: ["origin": "https://evil.example.com"]),
        try await fixture.call("GET", "/api/resman/leads/L-1/status-history"),
      ]
      for answer in answers {
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["referrer-policy"] == "no-referrer")
        #expect(answer.headers["cache-control"] == "no-store")
        let policy = answer.headers["content-security-policy"] ?? ""
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!answer.headers.keys.contains { $0.hasPrefix("access-control-") })
      }
      #expect(answers[1].headers["content-type"]?.hasSuffix("charset=utf-8") == true)
    }
  }

  /// openapi-python-client generates a client from the document without a warning. The client then makes a
  /// change, reads its history page by page, and uses a rule, a problem, and ResMan's webhook.
  @Test func aGeneratedClientWorks() async throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let tools = tests.deletingLastPathComponent().appending(path: ".build/tools/bin")
    let generator = tools.appending(path: "openapi-python-client")
    try #require(
      FileManager.default.isExecutableFile(atPath: generator.path()), "make tools installs it")
    // The client signs with the machine's clock.
    try await APIFixture.with(APIFixture.Making(clock: .system())) { fixture in
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "client-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let document = try await fixture.call("GET", "/openapi.json", key: "")
      try document.text.write(
        to: folder.appending(path: "openapi.json"), atomically: true, encoding: .utf8)
      // The generated code is used unchanged, because the document itself is tested.
      try "post_hooks: []\n".write(
        to: folder.appending(path: "config.yaml"), atomically: true, encoding: .utf8)
      let made = try await Tool.run(
        generator, in: folder,
        [
          "generate", "--path", "openapi.json", "--config", "config.yaml", "--meta", "none",
          "--output-path", "status_sync_client", "--fail-on-warning",
        ])
      #expect(made.status == 0, "\(made.text)")
      #expect(!made.text.lowercased().contains("warning"), "\(made.text)")
      let used = try await Tool.run(
        tools.appending(path: "python"), in: folder,
        [tests.appending(path: "Client/use.py").path()],
        environment: [
          "PYTHONPATH": folder.path(), "URL": fixture.url, "KEY": fixture.chatbot,
          "WEBHOOK_SECRET": fixture.standIns.credentials.webhookSecret,
          "PROPERTY": APIFixture.elm.uuidString.lowercased(),
        ])
      #expect(used.status == 0, "\(used.text)")
      #expect(used.text.hasSuffix("everything worked\n"), "\(used.text)")
      #expect(fixture.standIns.resman.lead("L-1")?.status == "qualified")
    }
  }
}

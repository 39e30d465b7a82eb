import Foundation
import Leads
import Testing

@testable import API  // uses `Endpoint`, internal

/// schemathesis reads `/openapi.json` and sends requests that it allows and that it forbids, with its default
/// checks: no 5xx, no undocumented answer, nothing forbidden accepted, nothing allowed refused, no access
/// without a key. The cases are the same every time.
@Suite struct SchemathesisTests {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func findsNothing() async throws {
    let program = Self.tests.deletingLastPathComponent()
      .appending(path: ".build/tools/bin/schemathesis")
    try #require(
      FileManager.default.isExecutableFile(atPath: program.path()), "make tools installs it")
    // The client signs with the machine's clock.
    try await APIFixture.with(APIFixture.Making(clock: .system())) { fixture in
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "schemathesis-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try await fixture.known().write(
        to: folder.appending(path: "schemathesis.toml"), atomically: true, encoding: .utf8)
      let ended = try await Tool.run(
        program, in: folder,
        [
          "run", fixture.url + "/openapi.json", "--header",
          "Authorization: Bearer \(fixture.chatbot)", "--phases", "examples,coverage,fuzzing",
          "--max-examples", "8", "--generation-deterministic", "--suppress-health-check",
          "too_slow", "--request-timeout", "600", "--no-color",
        ],
        environment: [
          "WEBHOOK_SECRET": fixture.standIns.credentials.webhookSecret,
          "SCHEMATHESIS_HOOKS": Self.tests.appending(path: "Schemathesis/hooks.py").path(),
        ])
      #expect(ended.status == 0, "\(ended.text)")
      // Every operation except that of the document itself.
      let operations = Endpoint.allCases.count - 1
      #expect(ended.text.contains("Tested: \(operations)\n"), "\(ended.text)")
    }
  }
}

extension APIFixture {
  /// Data such as figures, a rule and a message, so that not every request is answered 404.
  fileprivate func known() async throws -> String {
    _ = try await nightly().run(full: true)
    let elm = APIFixture.elm.uuidString.lowercased()
    try await execute(
      """
      insert into status_notification_preferences (property_id, status_type, notification_method, recipients)
      values (\(APIFixture.elm), 'qualified', 'in_app', '["leasing_agent"]')
      """)
    let rule = try await call(
      "POST", WorkflowTests.path, body: WorkflowTests.rule(conditions: "{}"))
    #expect(try await put("L-2", "qualified").status == 200)
    let message: String = try await value("select id::text as value from notification limit 1")
    return """
      [parameters]
      lead_id = "L-1"
      property_id = "\(elm)"
      workflow_id = "\(try #require(rule.json["id"]?.string))"
      notification_id = "\(message)"
      """
  }
}

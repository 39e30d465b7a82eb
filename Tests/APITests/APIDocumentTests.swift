import Foundation
import Testing

@testable import API  // uses `Endpoint`, internal
import Changes
import Live
import Store

/// docs/api.md agrees with the endpoints and the problem types of the code.
@Suite struct APIDocumentTests {
  private static func table(under heading: String) throws -> [[String]] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/api.md")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0 == "## \(heading)" })
    let rows = lines[(start + 1)...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    return rows.dropFirst(2).map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces).replacing("`", with: "") }
    }
  }

  @Test func theEndpointsAreInTheDocument() throws {
    let documented = try Self.table(under: "Endpoints")
    let endpoints = Endpoint.allCases.map {
      ["\($0.route.method.rawValue) \($0.route.path)", $0.summary]
    }
    #expect(documented == endpoints)
  }

  @Test func theErrorsAreTheProblems() throws {
    let told = try Self.table(under: "Errors").map { "\($0[0]) \($0[1])" }
    let problems = Problem.Kind.allCases.map { "\($0.status) \($0.rawValue)" }
    #expect(told.sorted() == problems.sorted())
  }

  @Test func theOutcomesOfAWebhookAreThose() throws {
    let told = try Self.table(under: "Webhooks").map { $0[0].prefix { $0 != " " } }
    #expect(
      told.map(String.init).sorted() == WebhookReceiver.Outcome.allCases.map(\.rawValue).sorted())
  }
}

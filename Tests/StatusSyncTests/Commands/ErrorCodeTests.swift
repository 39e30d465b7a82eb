import Foundation
import Leads
import Logging
import Pulls
import Testing

import Analytics
import Nightly
import Postgres
import Reports
import Settings
@testable import status_sync  // uses `CommonOptions`, internal
import StatusSync
import Store
import Upstreams

/// Every error has a stable code, and an entry in docs/operations.md.
@Suite struct ErrorCodeTests {
  /// The document's table equals the program's list, word by word and in order.
  @Test func theDocumentHasEveryError() throws {
    let lines = try Documents.text("docs/operations.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "### Errors"))
    let rows = lines[start...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
    #expect(
      rows.map(String.init)
        == ErrorCode.allCases.map { "| `\($0.rawValue)` | \($0.meaning) | \($0.remedy) |" })
    #expect(Set(ErrorCode.allCases.map(\.meaning)).count == ErrorCode.allCases.count)
  }

  private static func postgres(_ state: String) -> PostgresError {
    PostgresError(.server, sqlState: state, detail: "", message: "")
  }

  static let errors: [(any Error, ErrorCode, Store.ExitStatus)] = [
    (Usage("x"), .usage, .usage), (ConfigurationError("x"), .configuration, .configuration),
    (MigrationError.pending([]), .schemaBehind, .configuration),
    (MigrationError.unknown("x"), .schemaAhead, .configuration),
    (MigrationError.changed("x"), .schemaChanged, .configuration),
    (MigrationError.unreleased("x"), .schemaUnreleased, .configuration),
    (MigrationError.misfit([]), .schemaMisfit, .configuration),
    (MigrationError.tooOld("13.23"), .databaseVersion, .configuration),
    (ReportError(.noSpace, "x"), .report, .internalError),
    (ReportError(.inTheWay, "x"), .reportInTheWay, .usage),
    (OwnersFileError(path: "x", number: 2), .file, .configuration),
    (postgres("53100"), .databaseFull, .unreachable),
    (postgres("28P01"), .databaseLogin, .configuration),
    (postgres("25006"), .databaseReadOnly, .configuration),
    (postgres("57P01"), .databaseLost, .unreachable),
    (postgres("57P03"), .databaseBusy, .unreachable),
    (postgres("08P01"), .databaseLost, .unreachable),
    (postgres("08006"), .databaseLost, .unreachable),
    (postgres("XX001"), .databaseDamaged, .unreachable),
    (postgres("42601"), .databaseStatement, .internalError),
    (
      PullError(system: .resman, failure: CallFailure(.unauthorized, "x")), .upstreamToken,
      .unreachable
    ),
    (CallFailure(.tryLater(seconds: nil), "x"), .upstreamTryLater, .tryLater),
    (CallFailure(.status(503), "x"), .upstreamFailed, .unreachable),
    (CallFailure(.status(404), "x"), .upstreamRefused, .unreachable),
    (CancellationError(), .stopped, .terminated),
    (CocoaError(.fileNoSuchFile), .internal, .internalError),
  ]

  /// By index, because the errors themselves cannot be test arguments.
  @Test(arguments: errors.indices)
  func anErrorKeepsItsNameWhereverItComes(_ place: Int) {
    let (error, code, status) = Self.errors[place]
    let failure = CommandError(Circumstances(stage: "pull").around(error))
    #expect(failure.code == code, "\(error)")
    #expect(failure.status == status, "\(error)")
    #expect(failure.sentence.split(separator: "\n").count == 1)
  }

  @Test func theProgramSaysTheCode() throws {
    let down = ["DATABASE_URL": "postgresql://u@127.0.0.1:1/x"]
    let text = try Program.run(["status"], environment: down)
    #expect(text.err.hasSuffix(" [database-unreachable]\n"), "\(text.err)")
    let json = try Program.run(["status", "--log-format", "json"], environment: down)
    #expect(json.err.contains(#""code":"database-unreachable""#), "\(json.err)")
    let logfmt = try Program.run(["status", "--log-format", "logfmt"], environment: down)
    #expect(
      logfmt.err.contains(
        #/^time=\S+ level=error message="status-sync: .*" code=database-unreachable exit=69 /#))
  }
}

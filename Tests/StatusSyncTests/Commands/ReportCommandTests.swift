import Foundation
import Testing

import Store

/// `status-sync report` as an analyst starts it, on the log whose figures were worked out by hand.
@Suite struct ReportCommandTests {
  private struct Reported {
    var ended: Program.Ended
    var folder: URL

    func text(_ file: String) throws -> String {
      try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    }

    /// Rows as dictionaries by column; no field of these files is quoted.
    func rows(_ file: String) throws -> [[String: String]] {
      let lines = try text(file).split(separator: "\r\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }
  }

  private func report(_ log: MeasuredLog, _ arguments: [String]) throws -> Reported {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-report-\(UUID().uuidString)")
    let ended = try Program.run(
      ["report", "--as-of", SmallLog.asOf, "--output", folder.path()] + arguments,
      environment: ["DATABASE_URL": log.url])
    return Reported(ended: ended, folder: folder)
  }

  @Test func onePropertyWithCohorts() async throws {
    let log = try await SmallLog.load()
    let berlin = SmallLog.berlin.uuidString.lowercased()
    let asked = ["--property", berlin, "--cohort", "month"]
    let first = try report(log, asked)
    defer { try? FileManager.default.removeItem(at: first.folder) }
    #expect(first.ended.status == 0, "\(first.ended.err)")
    let funnel = try first.rows("funnel.csv")
    #expect(Set(funnel.compactMap { $0["property_id"] }) == [berlin])
    // January: A, which leased; February: B; March: C, and by UTC also D, for which it is April in Berlin.
    let reached = try first.rows("cohorts.csv").filter { $0["maturity"] == "all" }.map {
      "\($0["cohort_start"] ?? "") \($0["status"] ?? "") \($0["reached"] ?? "")"
    }
    #expect(reached.contains("2025-01-01 leased 1"))
    #expect(reached.contains("2025-02-01 tour_scheduled 1"))
    #expect(reached.contains("2025-02-01 leased 0"))
    #expect(reached.contains("2025-03-01 new 1") && reached.contains("2025-04-01 new 1"))

    // A second report, also one from the whole log, is identical byte for byte.
    for more in [[], ["--rebuild"]] {
      let again = try report(log, asked + more)
      defer { try? FileManager.default.removeItem(at: again.folder) }
      for file in ["funnel.csv", "cohorts.csv", "time_in_status.csv", "performance.csv"] {
        #expect(try again.text(file) == first.text(file), "\(file)")
      }
    }
  }

  @Test func anotherWindow() async throws {
    let log = try await SmallLog.load()
    let february = try report(log, ["--from", "2025-02-01", "--to", "2025-03-01"])
    defer { try? FileManager.default.removeItem(at: february.folder) }
    #expect(february.ended.status == 0, "\(february.ended.err)")
    let new = try february.rows("funnel.csv").first {
      $0["scope"] == "portfolio" && $0["status"] == "new" && $0["maturity"] == "all"
    }
    #expect(new?["reached"] == "1")
    #expect(new?["window_start"] == "2025-02-01T00:00:00Z")
  }

  @Test(arguments: [
    ["--property", "nobody"], ["--property", "00000000-0000-4000-8000-00000000ffff"],
    ["--from", "2025-04-01"], ["--from", "yesterday"], ["--cohort", "year"],
  ])
  func whatCannotBeMeasuredIsRefused(_ arguments: [String]) async throws {
    let log = try await SmallLog.load()
    let refused = try report(log, arguments)
    #expect(refused.ended.status == Store.ExitStatus.usage.rawValue, "\(refused.ended.err)")
    #expect(!FileManager.default.fileExists(atPath: refused.folder.path()))
  }
}

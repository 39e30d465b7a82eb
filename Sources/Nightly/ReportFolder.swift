import Crypto
import CSV
import Foundation
import Leads
import Reports
import Store

/// The files of one report, read for verification.
struct ReportFolder {
  /// Why a file cannot be read back.
  struct Fault: Error, CustomStringConvertible {
    var description: String
  }

  let path: String

  init(_ path: String) { self.path = path }

  private func data(_ name: String) -> Data? {
    FileManager.default.contents(atPath: "\(path)/\(name)")
  }

  private var summary: RunSummary? {
    data("run.json").flatMap { try? JSON.decode($0, as: RunSummary.self) }
  }

  /// The report that a run wrote, below the configured directory; nil where there is none any more.
  static func of(_ run: RunSummary, in reports: String) -> ReportFolder? {
    guard let asOf = Instant(iso8601: run.asOf) else { return nil }
    return ReportPlace.names(asOf: asOf, run: run.runID)
      .map { ReportFolder("\(reports)/\($0)") }
      .first { $0.summary?.runID == run.runID }
  }

  /// `run.json` in canonical form; nil where it is missing or has another form.
  func runJSON() throws -> String? {
    try summary.map { try JSON.encode($0) }
  }

  /// Every file has the bytes and the digest that the manifest names.
  func againstManifest() throws -> [CertificateCheck] {
    guard let bytes = data("manifest.json"),
      let manifest = try? JSON.decode(bytes, as: ReportManifest.self)
    else { return [CertificateCheck("manifest.json", said: "readable", found: "not readable")] }
    return try manifest.files.map { file in
      CertificateCheck(file.name, said: file.sha256, found: try digest(of: file.name))
    }
  }

  /// SHA-256 of a file in lower-case hexadecimal, or `missing`.
  func digest(of name: String) throws -> String {
    guard let file = FileHandle(forReadingAtPath: "\(path)/\(name)") else { return "missing" }
    defer { try? file.close() }
    var hash = SHA256()
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
    return hash.finalize().hexadecimal
  }

  /// The rows of a CSV file by column; empty where there is no such file.
  func rows(of name: String) throws -> [[String: String]] {
    var rows: [[String: String]] = []
    try forEachRow(of: name) { rows.append($0) }
    return rows
  }

  private func forEachRow(of name: String, _ body: ([String: String]) -> Void) throws {
    guard let file = FileHandle(forReadingAtPath: "\(path)/\(name)") else { return }
    defer { try? file.close() }
    var header: [String]?
    func take(_ fields: [String?]) {
      guard let names = header else { return header = fields.map { $0 ?? "" } }
      body(
        Dictionary(
          zip(names, fields).compactMap { name, field in field.map { (name, $0) } },
          uniquingKeysWith: { first, _ in first }))
    }
    do {
      var reader = try CSVReader()
      while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
        try reader.read([UInt8](piece)).forEach(take)
      }
      try reader.finish().forEach(take)
    } catch let error as CSVError {
      throw Fault(description: "\(name): \(error)")
    }
  }

  /// The totals of drift.csv.
  struct Drift: Equatable {
    var verdicts: [String: Int] = [:]
    var outcomes: [String: Int] = [:]
    /// As `residual_digest.sql` computes it.
    var residual = ""
  }

  func drift() throws -> Drift {
    var drift = Drift()
    var left: [(lead: String, digest: [UInt8])] = []
    try forEachRow(of: "drift.csv") { row in
      drift.verdicts[row["verdict"] ?? "", default: 0] += 1
      let outcome = row["outcome"]
      if ["push", "pull"].contains(row["action"] ?? ""), let outcome {
        drift.outcomes[outcome, default: 0] += 1
      }
      guard row["action"] != "log", outcome != "verified" else { return }
      let text = [
        "resman_lead_id", "base", "domiq_raw", "resman_raw", "verdict", "action", "outcome",
      ].compactMap { row[$0] }.joined(separator: "|")
      left.append((row["resman_lead_id"] ?? "", Array(SHA256.hash(data: Array(text.utf8)))))
    }
    left.sort { $0.lead.utf8.lexicographicallyPrecedes($1.lead.utf8) }
    drift.residual = SHA256.hash(data: left.flatMap(\.digest)).hexadecimal
    return drift
  }
}

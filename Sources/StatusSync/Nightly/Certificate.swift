import Foundation
import Leads
import Postgres

/// One statement of run.json, held against what it was made from.
public struct CertificateCheck: Codable, Sendable, Equatable {
  public var name: String
  /// What the run said.
  public var said: String
  /// What is found now.
  public var found: String
  public var ok: Bool

  init(_ name: String, said: String, found: String) {
    self.name = name
    self.said = said
    self.found = found
    ok = said == found
  }

  init(_ name: String, _ said: Int, _ found: Int) {
    self.init(name, said: String(said), found: String(found))
  }
}

/// A run's certificate, verified.
public struct VerifiedRun: Codable, Sendable, Equatable {
  @CanonicalUUID public var runID: UUID
  public var agrees: Bool
  public var checks: [CertificateCheck]
  /// What could not be held against anything, and why.
  public var notes: [String]

  enum CodingKeys: String, CodingKey {
    case runID = "run_id"
    case agrees, checks, notes
  }
}

/// Why a run cannot be verified at all.
public enum CertificateError: Error, CustomStringConvertible {
  case noRun
  case unfinished(String)

  public var description: String {
    switch self {
    case .noRun: "no such run is on record"
    case .unfinished(let state): "the run is \(state): it has no certificate"
    }
  }
}

/// Stage 11 afterwards: every count and digest of a run's `run.json`, computed again from Postgres and
/// from the files of its report.
public struct Certificate: Sendable {
  let connection: PostgresConnection
  let reports: String

  /// - Parameter reports: the folder in which each day has its own.
  public init(_ connection: PostgresConnection, reports: String) {
    self.connection = connection
    self.reports = reports
  }

  /// Verifies one run; null: the latest that finished.
  public func verify(_ run: UUID?) async throws -> VerifiedRun {
    let rows = try await connection.query(SQL(file: PackageResources.run_stored_sql, run))
    guard let row = rows.first else { throw CertificateError.noRun }
    let state: String = try row["state"]
    guard state == "finished", let stored: String = try row["summary"] else {
      throw CertificateError.unfinished(state)
    }
    let summary = try RowJSON.decode(stored, as: RunSummary.self)
    var checks = try await database(summary)
    var notes: [String] = []
    let folder = "\(reports)/\(try row["day"] as String)"
    switch ReportFolder(folder).belongs(to: summary.runID) {
    case .yes: checks += try await files(of: ReportFolder(folder), summary)
    case .another(let other): notes.append("\(folder) holds the report of run \(other) by now")
    case .missing: notes.append("\(folder) has no report")
    }
    return VerifiedRun(
      runID: summary.runID, agrees: checks.allSatisfy(\.ok), checks: checks, notes: notes)
  }

  private func database(_ summary: RunSummary) async throws -> [CertificateCheck] {
    let run = summary.runID
    var verdicts: [String: Int] = [:]
    var outcomes: [String: Int] = [:]
    var planned = 0
    for row in try await connection.query(SQL(file: PackageResources.drift_totals_sql, run)) {
      let leads: Int = try row["leads"]
      verdicts[try row["verdict"], default: 0] += leads
      guard ["push", "pull"].contains(try row["action"] as String) else { continue }
      planned += leads
      if let outcome: String = try row["outcome"] { outcomes[outcome, default: 0] += leads }
    }
    // Leads that agreed, and leads that never chatted, leave no row.
    for plain in [Verdict.inSync, .resmanOnly] {
      verdicts[plain.rawValue, default: 0] += summary.verdicts[plain.rawValue] ?? 0
    }
    verdicts = verdicts.filter { $0.value > 0 }
    guard
      let log = try await connection.query(SQL(file: PackageResources.run_log_counts_sql, run))
        .first
    else { throw StoreError.unexpectedNull("logged") }
    var checks = Self.compare("verdicts", summary.verdicts, verdicts)
    checks += Self.compare("outcomes", summary.outcomes, outcomes)
    checks += [
      CertificateCheck("pulled = Σ verdicts", summary.pulled, verdicts.values.reduce(0, +)),
      CertificateCheck("planned = Σ outcomes", planned, outcomes.values.reduce(0, +)),
      CertificateCheck("planned", summary.planned, planned),
      CertificateCheck("logged", summary.logged, try log["logged"]),
      CertificateCheck("verified without a row of the log", 0, try log["unproven"]),
      CertificateCheck("open changes of leads not unknown", 0, try log["pending"]),
      CertificateCheck("properties judged", summary.driftAlarms?.judged ?? 0, try log["judged"]),
    ]
    let digests = [
      ("sightings", PackageResources.sightings_digest_sql),
      ("plan", PackageResources.drift_plan_digest_sql),
      ("residual", PackageResources.residual_digest_sql),
    ]
    for (name, file) in digests {
      guard let said = summary.digests[name] else { continue }
      let found: String? = try await connection.query(SQL(file: file, run)).first?["digest"]
      checks.append(CertificateCheck("digest of \(name)", said: said, found: found ?? "none"))
    }
    return checks
  }

  private func files(
    of folder: ReportFolder, _ summary: RunSummary
  ) async throws -> [CertificateCheck] {
    var checks = try folder.againstManifest()
    checks.append(
      CertificateCheck(
        "run.json", said: try RowJSON.encode(summary), found: try folder.runJSON() ?? "unreadable"))
    let drift = try folder.drift()
    checks += Self.compare(
      "drift.csv verdicts",
      summary.verdicts.filter { ![Verdict.inSync, .resmanOnly].map(\.rawValue).contains($0.key) },
      drift.verdicts)
    checks += Self.compare("drift.csv outcomes", summary.outcomes, drift.outcomes)
    if let residual = summary.digests["residual"] {
      checks.append(
        CertificateCheck("drift.csv residual", said: residual, found: drift.residual))
    }
    let alarms = try folder.rows(of: "drift_alarms.csv")
    checks.append(
      CertificateCheck("drift_alarms.csv", summary.driftAlarms?.judged ?? 0, alarms.count))
    let open = try folder.rows(of: "review.csv").count { $0["state"] == "open" }
    checks.append(CertificateCheck("review.csv open", summary.review.open, open))
    // The two texts of run.json are long; that they are the same is all that is said.
    return checks.map { check in
      guard check.name == "run.json" else { return check }
      var short = check
      short.said = "as stored"
      short.found = check.ok ? "as stored" : "another"
      return short
    }
  }

  /// One check a key that either side has.
  static func compare(
    _ name: String, _ said: [String: Int], _ found: [String: Int]
  ) -> [CertificateCheck] {
    Set(said.keys).union(found.keys).sorted().map { key in
      CertificateCheck("\(name): \(key)", said[key] ?? 0, found[key] ?? 0)
    }
  }
}

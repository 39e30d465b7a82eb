import Foundation
import Leads
import Postgres
import Outputs
import Reports
import Store

/// One statement of run.json, compared with its source.
package struct CertificateCheck: Codable, Sendable, Equatable {
  package var name: String
  /// What run.json states.
  package var said: String
  /// What is found now.
  package var found: String
  package var ok: Bool

  package init(_ name: String, said: String, found: String) {
    self.name = name
    self.said = said
    self.found = found
    ok = said == found
  }

  package init(_ name: String, _ said: Int, _ found: Int) {
    self.init(name, said: String(said), found: String(found))
  }

  /// Shows only whether two long texts are equal.
  mutating func abridge() {
    said = "as stored"
    found = ok ? "as stored" : "another"
  }
}

/// A run's certificate, verified.
package struct VerifiedRun: Codable, Sendable, Equatable {
  @CanonicalUUID package var runID: UUID
  package var agrees: Bool
  package var checks: [CertificateCheck]
  /// What could not be checked, and why.
  package var notes: [String]

  package enum CodingKeys: String, CodingKey {
    case runID = "run_id"
    case agrees, checks, notes
  }
}

/// Why a run cannot be verified at all.
package enum CertificateError: Error, CustomStringConvertible {
  case noRun
  case unfinished(String)

  package var description: String {
    switch self {
    case .noRun: "no such run is on record"
    case .unfinished(let state): "the run is \(state): it has no certificate"
    }
  }
}

/// Stage 11 afterwards: every count and digest of a run's `run.json`, computed again from Postgres and
/// from the files of its report.
package struct Certificate: Sendable {
  package let connection: PostgresConnection
  package let reports: String

  /// - Parameter reports: the folder in which each day has its own.
  package init(_ connection: PostgresConnection, reports: String) {
    self.connection = connection
    self.reports = reports
  }

  /// Verifies one run; null: the latest that finished.
  /// - Parameter now: what began later is not the latest; null: whenever it began.
  package func verify(_ run: UUID?, at now: Instant? = nil) async throws -> VerifiedRun {
    let rows = try await connection.query(
      SQL(file: PackageResources.run_stored_sql, run, now?.iso8601))
    guard let row = rows.first else { throw CertificateError.noRun }
    let state: String = try row["state"]
    guard state == "finished", let stored: String = try row["summary"] else {
      throw CertificateError.unfinished(state)
    }
    let summary = try JSON.decode(stored, as: RunSummary.self)
    let stands = try await standing(summary)
    var checks = stands.checks(of: summary)
    checks += [
      CertificateCheck("mode of sync_run", said: summary.mode.rawValue, found: try row["mode"]),
      CertificateCheck("exit_code of sync_run", summary.exitCode, try row["exit_code"]),
    ]
    checks += try await digests(summary)
    var notes = stands.notes
    if let folder = ReportFolder.of(summary, in: reports) {
      var left = try await reworded(after: summary)
      notes += left.map {
        "\($0) was not written again: words of an erased lead are left out of it since"
      }
      if try await !isMeasured(summary) {
        left += DataDictionary.files.filter(\.isOfAMeasurement).map(\.name)
        notes.append("the files of figures were not written again: the figures are pruned (keep)")
      }
      checks += try await files(of: folder, summary, besides: left)
    } else {
      notes.append(
        "the CSV files were not checked: there is no report of this run in \(reports)/"
          + "\(try row["day"] as String)")
    }
    return VerifiedRun(
      runID: summary.runID, agrees: checks.allSatisfy(\.ok), checks: checks, notes: notes)
  }

  /// What Postgres has, in the form of `run.json`.
  private func standing(_ summary: RunSummary) async throws -> Recount {
    let run = summary.runID
    var stands = Recount(summary)
    for row in try await connection.query(SQL(file: PackageResources.drift_totals_sql, run)) {
      try stands.add(drift: row)
    }
    guard
      let log = try await connection.query(SQL(file: PackageResources.run_log_counts_sql, run))
        .first,
      let pulls = try await connection.query(SQL(file: PackageResources.run_pull_counts_sql, run))
        .first
    else { throw StoreError.unexpectedNull("logged") }
    try stands.add(log: log)
    try stands.add(pulls: pulls)
    stands.conclude()
    return stands
  }

  private func digests(_ summary: RunSummary) async throws -> [CertificateCheck] {
    let files = [
      ("sightings", PackageResources.sightings_digest_sql),
      ("plan", PackageResources.drift_plan_digest_sql),
      ("residual", PackageResources.residual_digest_sql),
    ]
    var checks: [CertificateCheck] = []
    for (name, file) in files {
      guard let said = summary.digests[name] else { continue }
      let found: String? = try await connection.query(SQL(file: file, summary.runID))
        .first?["digest"]
      checks.append(CertificateCheck("digest of \(name)", said: said, found: found ?? "none"))
    }
    return checks
  }

  /// Files that an erasure after the run would change.
  private func reworded(after summary: RunSummary) async throws -> [String] {
    try await connection.query(SQL(file: PackageResources.run_reworded_sql, summary.asOf))
      .map { try $0["file"] }
  }

  private func isMeasured(_ summary: RunSummary) async throws -> Bool {
    try await connection.query(SQL(file: PackageResources.run_measured_sql, summary.asOf))
      .first?["is_measured"] ?? false
  }

  /// - Parameter left: files that are not written again.
  private func files(
    of folder: ReportFolder, _ summary: RunSummary, besides left: [String]
  ) async throws -> [CertificateCheck] {
    var checks = try folder.againstManifest()
    checks.append(
      CertificateCheck(
        "run.json", said: try JSON.encode(summary), found: try folder.runJSON() ?? "unreadable"))
    // The two texts of run.json are long: only their equality is shown.
    checks[checks.count - 1].abridge()
    if let asOf = Instant(iso8601: summary.asOf) {
      for file in DataDictionary.files where file.isOfItsRun && !left.contains(file.name) {
        let now = try await connection.perform { db in
          try file.digest(asOf: asOf, runID: summary.runID, on: db)
        }
        checks.append(
          CertificateCheck(
            "\(file.name), written again", said: try folder.digest(of: file.name), found: now))
      }
    }
    let drift = try folder.drift()
    checks += Self.compare(
      "drift.csv verdicts",
      summary.verdicts.filter { name, _ in
        Verdict(rawValue: name).map { !DataDictionary.notInDrift.contains($0) } ?? true
      },
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
    return checks
  }

  /// One check a key that either side has.
  package static func compare(
    _ name: String, _ said: [String: Int], _ found: [String: Int]
  ) -> [CertificateCheck] {
    Set(said.keys).union(found.keys).sorted().map { key in
      CertificateCheck("\(name): \(key)", said[key] ?? 0, found[key] ?? 0)
    }
  }
}

extension CertificateError: CodedError {
  package var errorCode: ErrorCode { .run }
}

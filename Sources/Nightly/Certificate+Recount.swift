import Leads
import Postgres
import Store

extension Certificate {
  /// The counts of a run as Postgres has them now, in the form of its `run.json`; what is not recounted is copied from
  /// the run.
  struct Recount {
    private var found: RunSummary
    private var unproven = 0
    private var pending = 0
    private var alarms = 0
    /// Of properties that were read incompletely.
    private var incomplete = 0
    /// What could not be checked.
    private(set) var notes: [String] = []

    init(_ said: RunSummary) {
      found = said
      found.verdicts = [:]
      found.outcomes = [:]
      found.planned = 0
    }

    /// Takes one row of `drift_totals.sql`.
    mutating func add(drift row: Row) throws {
      let leads: Int = try row["leads"]
      found.verdicts[try row["verdict"], default: 0] += leads
      guard ["push", "pull"].contains(try row["action"] as String) else { return }
      found.planned += leads
      if let outcome: String = try row["outcome"] { found.outcomes[outcome, default: 0] += leads }
    }

    /// Takes the row of `run_log_counts.sql`.
    mutating func add(log row: Row) throws {
      found.logged = try row["logged"]
      unproven = try row["unproven"]
      pending = try row["pending"]
      found.driftAlarms?.judged = try row["judged"]
      found.driftAlarms?.insufficientHistory = try row["insufficient"]
      alarms = try row["alarms"]
      found.backfill?.takenOver = try row["taken_over"]
      found.backfill?.leads = try row["backfilled_leads"]
      found.backfill?.changes = try row["backfilled_changes"]
    }

    /// Takes the row of `run_pull_counts.sql`: leads that agreed, and leads that never chatted, leave
    /// no row of drift.
    mutating func add(pulls row: Row) throws {
      guard found.mode == .run else { return }
      guard let inSync: Int = try row["in_sync"], let resmanOnly: Int = try row["resman_only"]
      else {
        notes.append("the run is older than the counts of leads that were in sync")
        return
      }
      found.verdicts[Verdict.inSync.rawValue, default: 0] += inSync
      found.verdicts[Verdict.resmanOnly.rawValue, default: 0] += resmanOnly
      found.pull?.properties = try row["properties"]
      found.pull?.records = [
        System.domiq.rawValue: try row["domiq"],
        System.resman.rawValue: try row["resman"],
      ]
      found.pull?.quarantined = try row["quarantined"]
      found.pull?.withoutID = try row["without_id"]
      found.pull?.withoutLead = try row["without_lead"]
      found.pull?.duplicateConversations = try row["duplicates"]
      incomplete = try row["incomplete"]
    }

    /// What follows from the counts.
    mutating func conclude() {
      found.verdicts = found.verdicts.filter { $0.value > 0 }
      found.pulled = found.verdicts.values.reduce(0, +)
      found.agreement = found.agreed
      found.conclude()
    }

    /// Compares the run's own counts with these.
    func checks(of said: RunSummary) -> [CertificateCheck] {
      var checks = Certificate.compare("verdicts", said.verdicts, found.verdicts)
      checks += Certificate.compare("outcomes", said.outcomes, found.outcomes)
      checks += Certificate.compare("agreement", said.agreement.counts, found.agreement.counts)
      checks += Certificate.compare("pull", said.pull.counts, found.pull.counts)
      checks += Certificate.compare("backfill", said.backfill.counts, found.backfill.counts)
      checks += Certificate.compare(
        "drift_alarms", said.driftAlarms.counts, found.driftAlarms.counts)
      let recovered = said.recovered
      checks += [
        CertificateCheck("pulled = Σ verdicts", said.pulled, found.pulled),
        CertificateCheck(
          "planned = Σ outcomes", said.planned, found.outcomes.values.reduce(0, +)),
        CertificateCheck("planned", said.planned, found.planned),
        CertificateCheck("logged", said.logged, found.logged),
        CertificateCheck("exit_code", said.exitCode, found.exitCode),
        CertificateCheck(
          "exit_codes", said: said.exitCodes.description, found: found.exitCodes.description),
        CertificateCheck(
          "converged", said: said.converged.description, found: found.converged.description),
        CertificateCheck(
          "recovered = Σ its ends", recovered.pending,
          recovered.succeeded + recovered.failed + recovered.unsettled),
        CertificateCheck("alarms", said.driftAlarms?.alarms.count ?? 0, alarms),
        CertificateCheck("pulls not whole", said.pull?.incomplete.count ?? 0, incomplete),
        CertificateCheck("verified without a row of the log", 0, unproven),
        CertificateCheck("open changes of leads not unknown", 0, pending),
      ]
      return checks
    }
  }
}

extension AgreementFigures? {
  fileprivate var counts: [String: Int] {
    map { ["seen": $0.seen, "before": $0.before, "after": $0.after] } ?? [:]
  }
}

extension PullFigures? {
  fileprivate var counts: [String: Int] {
    guard let self else { return [:] }
    return self.records.merging(
      [
        "properties": self.properties, "quarantined": self.quarantined,
        "without_id": self.withoutID, "without_lead": self.withoutLead,
        "duplicate_conversations": self.duplicateConversations,
      ]) { records, _ in records }
  }
}

extension BackfillFigures? {
  fileprivate var counts: [String: Int] {
    map { ["taken_over": $0.takenOver, "leads": $0.leads, "changes": $0.changes] } ?? [:]
  }
}

extension DriftAlarmFigures? {
  fileprivate var counts: [String: Int] {
    map { ["judged": $0.judged, "insufficient_history": $0.insufficientHistory] } ?? [:]
  }
}

import Foundation
import Leads
import Logging
import Postgres
import Reports
import Settings
import Store
import Upstreams

/// The nightly run: `lock → recover → pull → diff → plan → guard → repair → verify → measure →
/// report → certify`. Data lives in Postgres, decisions in pure functions, effects at the edge.
package struct Nightly: Sendable {
  /// The dependencies of a night.
  package struct Dependencies: Sendable {
    package var settings: Settings
    /// Opens one more connection to the database.
    package var connect: @Sendable () async throws -> PostgresConnection
    package var resman: any ResManAPI & PageSource
    package var domiq: any DomIQAPI & PageSource
    /// Contacts, for kinds of which no id connects a conversation with its card; null: ids do.
    package var contacts: ContactSources?
    package var clock: RunClock
    /// For the whole run: retries of reads and writes count together.
    package var budget: RetryBudget
    package var newID: @Sendable () -> UUID
    package var logger: Logger
    package var progress: @Sendable (StageProgress) -> Void
    /// The exit status of a run that is told to stop; called when it is.
    package var stopped: @Sendable () -> ExitStatus
    /// The stage after which the run ends, as if it were killed there; nil: none.
    package var stopAfter: String?

    package init(
      settings: Settings, connect: @escaping @Sendable () async throws -> PostgresConnection,
      resman: any ResManAPI & PageSource, domiq: any DomIQAPI & PageSource,
      contacts: ContactSources? = nil,
      clock: RunClock = .system(), budget: RetryBudget = RetryBudget(),
      newID: @escaping @Sendable () -> UUID = { UUID() }, logger: Logger,
      progress: @escaping @Sendable (StageProgress) -> Void = { _ in },
      stopped: @escaping @Sendable () -> ExitStatus = { .terminated }
    ) {
      self.settings = settings
      self.connect = connect
      self.resman = resman
      self.domiq = domiq
      self.contacts = contacts
      self.clock = clock
      self.budget = budget
      self.newID = newID
      self.logger = logger
      self.progress = progress
      self.stopped = stopped
    }
  }

  package let parts: Dependencies

  /// The stages that are timed, in their order.
  package enum Stage: String, CaseIterable, Sendable {
    case recover, pull, diff, plan, backfill, take, alarms, `guard`, repair, measure, report
  }

  /// Their names.
  package static let stages = Stage.allCases.map(\.rawValue)

  /// The same night, ended after a stage; the next run goes on from there.
  package func stopping(after stage: String?) -> Nightly {
    var parts = parts
    parts.stopAfter = stage
    return Nightly(parts)
  }

  /// A night on these parts.
  package init(_ parts: Dependencies) {
    self.parts = parts
  }

  /// The whole run. Each stage is a file of its own in this folder; `locked` is the first, and `recorded` ends with the
  /// last, *certify*. Afterwards what is no longer kept is deleted.
  /// - Parameters:
  ///   - full: read every lead, not only those changed since the last pull.
  ///   - override: lifts the limits if it names the plan of this run.
  /// - Throws: `LockHeld` before any HTTP call; an error that makes a whole stage impossible.
  package func run(full: Bool, override: GuardOverride? = nil) async throws -> RunResult {
    try await locked { night in
      let runs = Runs(night.connection)
      let needsFull = try await runs.needsFullPull(at: night.startedAt)
      let isFull = full || needsFull
      var result = try await night.recorded(mode: .run, full: isFull) { summary in
        summary.full = isFull
        try await night.recover(&summary)
        let pull = try await night.pull(full: isFull, &summary)
        let seen = try await night.diff(pull, &summary)
        try await night.plan(seen, &summary)
        let histories = try await night.backfill(&summary)
        try await night.takePlan(pull, with: histories, &summary)
        let population = try await night.knownPopulation()
        try await night.hold(population: population, override: override, &summary)
        try await night.repairAndVerify(&summary)
        try await night.measure(&summary)
        return try await night.report(&summary)
      }
      result.pruned = await night.prune()
      return result
    }
  }

  /// The stages up to *plan*; only staging tables are written.
  package func plan(full: Bool) async throws -> PlanFile {
    try await locked { night in
      var summary = RunSummary(runID: parts.newID(), mode: .run, asOf: night.startedAt.iso8601)
      let pull = try await night.pull(full: full, isPlan: true, &summary)
      let seen = try await night.diff(pull, &summary)
      try await night.plan(seen, &summary)
      return try await PlanFile.read(
        night.connection, summary: summary, limits: parts.settings.limits.guards,
        population: try await night.stagedPopulation())
    }
  }

  /// Applies a saved plan, or answers to the review queue, by the same stages from *guard* on.
  package func apply(
    _ file: PlanFile, mode: RunMode = .apply, override: GuardOverride? = nil
  ) async throws -> RunResult {
    try await locked { night in
      try await night.recorded(mode: mode, full: false) { summary in
        try await night.recover(&summary)
        try await night.take(file, &summary)
        let population = try await night.knownPopulation()
        try await night.hold(population: population, override: override, &summary)
        try await night.repairAndVerify(&summary)
        try await night.measure(&summary)
        return try await night.report(&summary)
      }
    }
  }

  /// Questions for those who answer them (`ReviewQueue.toAnswer`).
  package func questions(_ selection: ReviewSelection) async throws -> [ReviewItem] {
    let connection = try await parts.connect()
    do {
      try await Migrator.requireCurrent(connection)
      let items = try await ReviewQueue(connection).toAnswer(selection, now: parts.clock.now())
      await connection.close()
      return items
    } catch {
      await connection.close()
      throw error
    }
  }
}

/// The run was asked to end after this stage.
package struct StoppedAsAsked: Error {
  package var stage: String
}

/// The result of a finished run: its summary and where its files are.
package struct RunResult: Sendable {
  package var summary: RunSummary
  package var report: ReportSummary
  /// The portfolio's funnel, leads of every age.
  package var funnel: [FunnelLine]
  /// What was deleted afterwards; null: the run was no night, or it failed.
  package var pruned: Pruned?
}

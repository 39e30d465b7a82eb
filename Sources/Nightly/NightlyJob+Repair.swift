import Analytics
import Foundation
import Leads
import Postgres
import Reports
import Store

extension NightlyJob {
  /// Saves the staged plan as the run's: drift rows, sightings, the history of agreements, the questions and the
  /// cursors, in one transaction.
  /// - Parameter courses: the changes from ResMan's history of leads that are taken over.
  func takePlan(
    _ pull: PullSummary, with courses: Backfill.Courses = Backfill.Courses(),
    _ summary: inout RunSummary
  ) async throws {
    let run = summary.runID
    let insertsConversations = try await connection.query(
      SQL(file: PackageResources.conversation_foreign_columns_sql)
    ).isEmpty
    let cursors = try pull.saveCursors(startedAt: startedAt)
    let pulls = JSONText(try JSON.encode(pull.rows(of: run)))
    let asOf = startedAt.iso8601
    let properties = pull.listed
    let histories = try courses.statements(of: run)
    let (logged, new, healed): (Int, Int, Int) = try await timed("take", &summary) {
      let taken = try await connection.transaction { db in
        // Memory of the server for sorting and joining a whole night's rows.
        try db.script("set local work_mem = '256MB'; set local jit = off")
        for property in properties {
          _ = try db.execute(
            SQL(
              file: PackageResources.properties_save_sql, property.id, property.name,
              property.timezone))
        }
        _ = try db.execute(SQL(file: PackageResources.plan_take_sql, run))
        _ = try db.execute(SQL(file: PackageResources.sightings_sql))
        if insertsConversations {
          _ = try db.execute(SQL(file: PackageResources.conversations_sql))
        }
        _ = try db.execute(SQL(file: PackageResources.conversation_links_sql))
        for history in histories { _ = try db.execute(history) }
        let logged = try db.execute(SQL(file: PackageResources.log_agreements_sql, run, asOf))
        let asked = try db.query(SQL(file: PackageResources.review_upsert_sql, run, asOf))
        let healed = try db.execute(SQL(file: PackageResources.review_heal_sql, run, asOf))
        _ = try db.execute(SQL(file: PackageResources.run_property_insert_sql, run, asOf))
        _ = try db.execute(SQL(file: PackageResources.run_pull_insert_sql, pulls))
        _ = try db.execute(cursors)
        let new = try asked.filter { try $0["is_new"] as Bool }.count
        return (logged, new, healed)
      }
      try await analyzeWhatGrew()
      return taken
    }
    summary.logged = logged
    summary.review.new = new
    summary.review.healed = healed
    summary.digests["sightings"] = try await connection.query(
      SQL(file: PackageResources.sightings_digest_sql, run)
    ).first?["digest"]
    summary.driftAlarms = try await timed("alarms", &summary) {
      try await DriftAlarms(connection: connection).evaluate(run, asOf: startedAt)
    }
  }

  /// Analyzes the tables, so that later statements are planned for their present size: a first night fills them, and
  /// autovacuum comes minutes later or never.
  private func analyzeWhatGrew() async throws {
    for row in try await connection.query(SQL(file: PackageResources.tables_grown_sql)) {
      // The name comes quoted from the server.
      try await connection.script("analyze " + (try row["name"] as String))
    }
  }

  /// Saves a plan file as the run's plan.
  func take(_ file: PlanFile, _ summary: inout RunSummary) async throws {
    let run = summary.runID
    let leads = file.leads
    _ = try await connection.transaction { db in
      _ = try db.execute("truncate stage_plan")
      try db.add(plans: leads)
      return try db.execute(SQL(file: PackageResources.plan_take_sql, run))
    }
    summary.planned = file.leads.count { $0.action == .push || $0.action == .pull }
    // The digest of the actual rows, not the one in the file.
    summary.digests["plan"] = try await PlanTable(connection: connection).digest()
  }

  /// Leads seen at each property: a full pull's own count, else those known there.
  func population(_ pull: PullSummary) async throws -> [UUID: Int] {
    var population = pull.isFull ? [:] : try await knownPopulation()
    for pulled in pull.properties {
      population[pulled.propertyID] = max(population[pulled.propertyID] ?? 0, pulled.distinct)
    }
    return population
  }

  func knownPopulation() async throws -> [UUID: Int] {
    let rows = try await connection.query(SQL(file: PackageResources.lead_population_sql))
    return try Dictionary(
      rows.map { (try $0["property_id"] as UUID, try $0["leads"] as Int) }, uniquingKeysWith: max)
  }

  /// Guard, repair, verify.
  func repair(
    population: [UUID: Int], override: GuardOverride?, _ summary: inout RunSummary
  ) async throws {
    let run = summary.runID
    let drift = DriftTable(connection: connection)
    let plan = summary.digests["plan"]
    (summary.guards, summary.override) = try await timed("guard", &summary) {
      try await guarded(drift, run: run, plan: plan, population: population, override)
    }
    let context = context(run)
    let repair = Repair(
      drift: drift, sender: sender,
      verify: Verify(
        drift: drift, resman: parts.resman, domiq: parts.domiq, mapping: mapping),
      concurrency: settings.resman.concurrency,
      progress: { parts.progress(.advanced(stage: "repair", by: $0)) })
    let done = try await timed("repair", expected: summary.planned, &summary) {
      try await repair.run(context)
    }
    summary.stopped = done.stopped
    summary.review.new += done.refused
    guard summary.mode != .resolve else { return }
    summary.review.healed += try await connection.execute(
      SQL(file: PackageResources.review_repaired_sql, run, startedAt.iso8601))
  }

  /// Holds back what exceeds the limits, unless a person has lifted them for exactly this plan.
  private func guarded(
    _ drift: any DriftRows, run: UUID, plan: String?, population: [UUID: Int],
    _ override: GuardOverride?
  ) async throws -> ([HeldCohort], OverrideFigures?) {
    let limits = Guard(limits: settings.limits.guards)
    guard let override else {
      return (try await limits.run(run, in: drift, population: population), nil)
    }
    var figures = OverrideFigures(
      digest: override.digest, until: override.until.iso8601,
      refused: override.refusal(plan: plan, now: parts.clock.now()), lifted: [])
    guard figures.refused == nil else {
      return (try await limits.run(run, in: drift, population: population), figures)
    }
    figures.lifted = limits.evaluated(try await drift.cohorts(of: run), population: population)
      .map(\.cohort)
    return ([], figures)
  }

  /// Sets the counts of the run from `drift`, its digests and its exit codes.
  func conclude(_ summary: inout RunSummary) async throws {
    var planned = 0
    var outcomes: [String: Int] = [:]
    var drifted: [String: Int] = [:]
    for row in try await connection.query(
      SQL(file: PackageResources.drift_totals_sql, summary.runID))
    {
      let leads: Int = try row["leads"]
      drifted[try row["verdict"], default: 0] += leads
      guard [Action.push.rawValue, Action.pull.rawValue].contains(try row["action"] as String)
      else { continue }
      planned += leads
      if let outcome: String = try row["outcome"] { outcomes[outcome, default: 0] += leads }
    }
    for verdict in [Verdict.inSync, .resmanOnly] {
      drifted[verdict.rawValue, default: 0] += summary.verdicts[verdict.rawValue] ?? 0
    }
    summary.verdicts = drifted.filter { $0.value > 0 }
    if summary.mode != .run { summary.pulled = summary.verdicts.values.reduce(0, +) }
    summary.planned = planned
    summary.outcomes = outcomes
    summary.digests["residual"] = try await connection.query(
      SQL(file: PackageResources.residual_digest_sql, summary.runID)
    ).first?["digest"]
    summary.review.open =
      try await connection.query(SQL(file: PackageResources.review_open_sql))
      .first?["open"] ?? 0
    summary.agreement = summary.agreed
    summary.conclude()
    for contradiction in summary.contradictions {
      parts.logger.error("the run's counts do not add up: \(contradiction)")
    }
  }

  /// Measures and reports; `run.json` is one of the files.
  func publish(_ summary: inout RunSummary) async throws -> ReportSummary {
    let asOf = startedAt
    let run = summary.runID
    // The figures read the run's row, so it gets its counts first.
    let counts = JSONText(try JSON.encode(summary))
    _ = try await connection.execute(
      SQL(file: PackageResources.run_counts_sql, run, counts))
    try await timed("measure", &summary) {
      _ = try await Measure(database: connection).run(
        asOf: asOf, window: .before(asOf, days: settings.reports.funnelWindowDays),
        runID: run, isStandard: true)
    }
    var current = summary
    let start = parts.clock.elapsed()
    let clock = parts.clock
    let report = try await Report(connection, settings: settings.reports).run(
      asOf: asOf, runID: run, at: .night(now: summary.mode == .run ? clock.now() : nil),
      runJSON: {
        current.stages["report"] = StageFigures(seconds: (clock.elapsed() - start) / .seconds(1))
        current.finishedAt = clock.now().iso8601
        return try Report.json(current)
      })
    summary = current
    return report
  }
}

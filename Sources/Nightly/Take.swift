import Analytics
import Foundation
import Leads
import Postgres
import Pulls
import Reports
import Store

extension NightlyJob {
  /// Saves the staged plan as the run's: drift rows, sightings, the history of agreements, the questions and the
  /// cursors, in one transaction.
  /// - Parameter histories: the changes from ResMan's history of the leads that are taken over.
  func takePlan(
    _ pull: PullSummary, with histories: Backfill.Histories = Backfill.Histories(),
    _ summary: inout RunSummary
  ) async throws {
    let run = summary.runID
    let insertsConversations = try await connection.query(
      SQL(file: PackageResources.conversation_foreign_columns_sql)
    ).isEmpty
    let cursors = try pull.saveCursors()
    let pulls = JSONText(try JSON.encode(pull.rows(of: run)))
    let asOf = startedAt.iso8601
    let properties = pull.listed
    let inserts = try histories.statements(of: run)
    let isWhole = pull.isWhole
    let isDescribed = pull.properties.contains { $0.described > 0 }
    let (logged, changes, new, healed): (Int, Int, Int, Int) = try await timed(.take, &summary) {
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
        _ = try db.execute(SQL(file: PackageResources.conversations_given_sql))
        _ = try db.execute(SQL(file: PackageResources.resman_gone_sql, run))
        _ = try db.execute(SQL(file: PackageResources.domiq_gone_sql))
        _ = try db.execute(SQL(file: PackageResources.acknowledged_seen_sql))
        if settings.resmanKind == .partner {
          _ = try db.execute(SQL(file: PackageResources.asked_seen_sql, run))
        }
        if isDescribed { _ = try db.execute(.keepDescriptions(readAt: startedAt)) }
        if insertsConversations {
          _ = try db.execute(SQL(file: PackageResources.conversations_sql))
        }
        _ = try db.execute(SQL(file: PackageResources.conversation_links_sql))
        var changes = 0
        for insert in inserts { changes += try db.execute(insert) }
        let logged = try db.execute(SQL(file: PackageResources.log_agreements_sql, run, asOf))
        _ = try db.execute(SQL(file: PackageResources.agreements_seen_sql, run))
        let asked = try db.query(SQL(file: PackageResources.review_upsert_sql, run, asOf))
        var healed = try db.execute(SQL(file: PackageResources.review_heal_sql, run, asOf))
        if isWhole {
          healed += try db.execute(SQL(file: PackageResources.both_gone_sql, run, asOf))
        }
        _ = try db.execute(SQL(file: PackageResources.run_property_insert_sql, run, asOf))
        _ = try db.execute(SQL(file: PackageResources.run_pull_insert_sql, pulls))
        _ = try db.execute(cursors)
        let new = try asked.filter { try $0["is_new"] as Bool }.count
        return (logged, changes, new, healed)
      }
      try await analyzeWhatGrew()
      return taken
    }
    if changes < histories.changes.count { try await countHistories(&summary) }
    summary.logged = logged
    summary.review.new = new
    summary.review.healed = healed
    summary.digests["sightings"] = try await connection.query(
      SQL(file: PackageResources.sightings_digest_sql, run)
    ).first?["digest"]
    summary.driftAlarms = try await timed(.alarms, &summary) {
      try await DriftAlarms(connection: connection).evaluate(run, asOf: startedAt)
    }
  }

  /// Some histories were not written, because the live service had logged their leads meanwhile.
  private func countHistories(_ summary: inout RunSummary) async throws {
    let row = try await connection.queryOne(
      SQL(file: PackageResources.run_log_counts_sql, summary.runID))
    summary.backfill?.leads = try row?["backfilled_leads"] ?? 0
    summary.backfill?.changes = try row?["backfilled_changes"] ?? 0
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
    let leads = file.leads.map { $0.outcome == nil ? $0.ruled(settings.writing, ground: nil) : $0 }
    _ = try await connection.transaction { db in
      _ = try db.execute("truncate stage_plan")
      try db.add(plans: leads)
      return try db.execute(SQL(file: PackageResources.plan_take_sql, run))
    }
    summary.planned = leads.count { $0.action == .push || $0.action == .pull }
    // The digest of the actual rows, not the one in the file.
    summary.digests["plan"] = try await PlanTable(connection: connection).digest()
  }
}

import Foundation
import Leads
import Postgres
import Store

/// Computes the figures in one transaction on one snapshot: brings `stays` and `rollup` up to date with
/// `status_sync_log`, computes every table of figures from them, and publishes those as of `asOf`. What differs from the
/// measurement before is kept as revisions; no other measurement shows anything else than before.
/// The definitions are those of docs/figures.md; the SQL is in `sql/analytics`.
///
/// Only leads whose result may differ from the last measurement are computed again, whether `asOf` moved
/// forward or back; the figures equal those computed from the whole log.
package struct Measure: Sendable {
  private let database: PostgresConnection

  /// The tables of figures, without their prefix `metric_`, in the order of the data dictionary.
  package static let tables = [
    "funnel", "time_in_status", "conversion", "transitions", "daily", "distribution", "delivery",
    "performance", "changes", "anomalies", "stalled", "restatements", "data_quality", "cohorts",
    "sources", "lost_reasons", "tours", "agents", "unanswered", "weeks", "curves", "alerts",
  ]

  /// Measures over a connection that has no transaction open.
  package init(database: PostgresConnection) {
    self.database = database
  }

  /// Computes everything as it was known at `asOf`.
  ///
  /// - Parameters:
  ///   - window: Changes count by when they happened, cohorts by when the leads were created, stays by
  ///     when they began; each is followed until `asOf`. Default: the 90 days before `asOf`.
  ///   - funnelWindowDays: How long after its creation a lead's progress counts in the funnel.
  ///   - runID: The nightly run whose drift gives the number of leads that agreed; NULL without a run.
  ///   - isStandard: Whether the window is the configured one that ends at `asOf`; null: it is where none
  ///     is given. The `_latest` views show no other.
  ///   - cohort: Also the funnel of the leads created in each such period; without it there is none.
  ///   - rebuild: Delete `stays` and `rollup` and compute them from the whole log.
  ///   - progress: Told how far a long computation is.
  /// - Throws: `PostgresError`, with nothing changed; or `MeasureError` for a window that is none.
  package func run(
    asOf: Instant, window: MeasureWindow? = nil, funnelWindowDays: Int = 90, runID: UUID? = nil,
    isStandard: Bool? = nil, cohort: CohortGrain? = nil, rebuild: Bool = false,
    progress: @escaping @Sendable (StageProgress) -> Void = { _ in }
  ) async throws -> MeasureSummary {
    let isStandard = isStandard ?? (window == nil)
    let window = window ?? .before(asOf)
    guard window.start < window.end, window.start < asOf else {
      throw MeasureError.emptyWindow(start: window.start, end: window.end)
    }
    guard funnelWindowDays > 0 else { throw MeasureError.emptyFunnelWindow }
    let pass = Measurement(
      asOf: asOf, window: window, funnelSeconds: funnelWindowDays * 86_400, runID: runID,
      cohort: cohort, isStandard: isStandard)
    return try await JobLock.measurement.held(on: database, timeout: .seconds(600)) {
      let (state, stable) = try await database.perform { db in
        let state = try MeasureState.read(on: db)
        return (state, try StableWatermark.find(after: rebuild ? nil : state?.watermark, on: db))
      }
      if let state, !rebuild {
        return try await measure(pass, stable) {
          try StayUpdate.run(from: state, to: asOf, stable: stable, progress: progress, on: $0)
        }
      }
      let whole = StayRebuild(from: state, asOf: asOf, stable: stable, progress: progress)
      return try await measure(pass, stable, rebuild: whole) { try whole.write(on: $0) }
    }
  }

  /// Deletes the row of one measurement, and the revisions that no other shows. For the holder of the lock `measurement`.
  /// - Returns: rows deleted, by table.
  package static func forget(
    _ asOf: Instant, on database: isolated PostgresConnection
  ) throws(PostgresError) -> [String: Int] {
    var deleted = [
      "measurement": try database.execute("delete from measurement where as_of = \(asOf)")
    ]
    for table in tables.map({ "metric_\($0)_revision" }) {
      // Between the measurement before and the one after.
      deleted[table] = try database.execute(
        """
        delete from \(identifier: table)
        where since > coalesce((select max(as_of) from measurement where as_of < \(asOf)), '-infinity')
          and until <= coalesce((select min(as_of) from measurement where as_of > \(asOf)), 'infinity')
        """)
    }
    return deleted
  }

  /// Brings the stays to the newest measured instant again, where a report of the past left them. In a transaction of its
  /// own, for the holder of the lock `measurement`.
  package static func forward(on database: isolated PostgresConnection) throws {
    guard let state = try MeasureState.read(on: database), state.asOf < state.newest else { return }
    try database.script(Measurement.session)
    try database.script(String(decoding: PackageResources.measure_tables_sql, as: UTF8.self))
    _ = try StayUpdate(
      from: state, asOf: state.newest, stable: StableWatermark(seq: state.watermark),
      takesRows: false, progress: { _ in }
    ).run(on: database)
  }

  private func measure(
    _ pass: Measurement, _ stable: StableWatermark, rebuild: StayRebuild? = nil,
    stays: @escaping @Sendable (isolated PostgresConnection) throws -> Int
  ) async throws -> MeasureSummary {
    let second = SnapshotReader(pass, stable, rebuild: rebuild)
    async let reading: Void = second.run(database.configuration)
    let summary: Result<MeasureSummary, any Error>
    do {
      summary = .success(
        try await database.transaction(.repeatableRead) { db in
          try second.begin(on: db)
          return try pass.run(on: db, stable: stable, stays: { try stays(db) }) {
            try second.figures()
          }
        })
    } catch {
      second.abandon()
      summary = .failure(error)
    }
    await reading
    return try summary.get()
  }
}

/// How long the periods are whose new leads make one cohort: local days, weeks from Monday, months.
package enum CohortGrain: String, CaseIterable, Sendable, PostgresEncodable {
  case day, week, month
}

/// Why a window cannot be measured.
package enum MeasureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The window ends before it starts, or starts after `asOf`.
  case emptyWindow(start: Instant, end: Instant)
  /// The funnel window is shorter than one day.
  case emptyFunnelWindow
  /// The property is neither in the table of properties nor in the log.
  case unknownProperty(UUID)
  /// The instant is in the future.
  case future(asOf: Instant)
  /// A run measured that instant, and its figures are not replaced.
  case ofRun(UUID, asOf: Instant)

  /// One sentence for the person who asked.
  package var description: String {
    switch self {
    case .emptyWindow(let start, let end):
      "The window from \(start.iso8601) to \(end.iso8601) is empty."
    case .unknownProperty(let id): "There is no property \(id.uuidString.lowercased())."
    case .future(let asOf):
      "\(asOf.iso8601) is in the future: figures are known up to now."
    case .ofRun(let run, let asOf):
      "The figures as of \(asOf.iso8601) stay as run \(run.uuidString.lowercased()) published "
        + "them; for another window, cohorts or a rebuild name another instant."
    case .emptyFunnelWindow: "The funnel window must be at least one day."
    }
  }
}

extension MeasureError: CodedError {
  package var errorCode: ErrorCode { .window }
}

import Foundation
import Leads
import Postgres

/// Leads that have been in their status for longer than its p90.
enum Stalled {
  private struct Lead: ScopedRow {
    var scope: MeasuredScope
    var lead: String
    var status: String?
    var since: Int64
    var seconds: Double
    var p90: Double
  }

  private static let table = MeasuredScope.table(
    "metric_stalled",
    [
      CopyColumn<Lead>.text("resman_lead_id") { $0.lead },
      .text("status") { $0.status },
      .timestamptz("entered_at") { $0.since },
      .double("open_seconds") { $0.seconds },
      .double("p90_seconds") { $0.p90 },
    ])

  /// Fills `metric_stalled`; returns the number of rows written.
  static func write(
    _ aggregates: WindowAggregates, _ survival: Survival, of scopes: [MeasuredScope],
    on database: isolated PostgresConnection
  ) throws -> Int {
    let open = Dictionary(
      uniqueKeysWithValues: aggregates.properties.map { (FigureKey($0.property, nil), $0.open) })
    return try database.copy(into: table) { put in
      for scope in scopes {
        for lead in open[scope.of] ?? [] {
          var key = scope.of
          key.status = aggregates.symbols[lead.status]
          let seconds = Double(scope.asOf.microseconds - lead.since) / 1e6
          guard let p90 = survival.p90(of: key), seconds > p90 else { continue }
          try put(
            Lead(
              scope: scope, lead: lead.lead, status: key.status, since: lead.since,
              seconds: seconds, p90: p90))
        }
      }
    }
  }
}

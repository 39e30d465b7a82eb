import Foundation
import Postgres

/// Leads that have been in their status for longer than its p90.
package enum Stalled {
  /// Fills `metric_stalled`; gives the rows written.
  package static func write(
    _ aggregates: WindowAggregates, _ survival: Survival, of scopes: [MeasuredScope],
    on database: isolated PostgresConnection
  ) throws -> Int {
    let open = Dictionary(
      uniqueKeysWithValues: aggregates.properties.map { (FigureKey($0.property, nil), $0.open) })
    return try MeasuredScope.copy(
      scopes, to: "metric_stalled",
      ["resman_lead_id", "status", "entered_at", "open_seconds", "p90_seconds"], on: database
    ) { scope, rows in
      for lead in open[scope.of] ?? [] {
        var key = scope.of
        key.status = aggregates.symbols[lead.status]
        let seconds = Double(scope.asOf.microseconds - lead.since) / 1e6
        guard let p90 = survival.p90(of: key), seconds > p90 else { continue }
        scope.beginRow(in: &rows)
        rows.append(lead.lead)
        rows.append(key.status)
        rows.append(timestampMicroseconds: lead.since)
        rows.append(seconds)
        rows.append(p90)
      }
    }
  }
}

import Foundation
import Postgres

/// How probable it is to advance from a status within 7, 30 and 90 days, loss competing: one pass
/// over the stays of the leads created in the window.
enum Advancement {
  private static let day: Int64 = 86_400_000_000

  /// Fills `advanced_7d`, `_30d` and `_90d` of `metric_conversion`; gives no new rows.
  static func write(on database: isolated PostgresConnection) throws -> Int {
    var groups: [FigureKey: CompetingRisks] = [:]
    let query = String(decoding: PackageResources.survival_advance_sql, as: UTF8.self)
    try database.copyOutRows(query) { row in
      guard let key = try row.uuid(), let status = try row.string(),
        let from = try row.timestampMicroseconds(), let until = try row.timestampMicroseconds(),
        let fate = try row.int32()
      else { return }
      let end: CompetingRisks.End = fate == 1 ? .event : fate == 2 ? .competing : .censored
      groups[FigureKey(scope: "property", key: key, status: status), default: CompetingRisks()]
        .append(time: until - from, end: end)
    }
    for (group, risks) in groups {
      groups[group.ofPortfolio, default: CompetingRisks()].append(contentsOf: risks)
    }
    let rows = groups.map { group, risks -> Row in
      var risks = risks
      let within = risks.incidence(by: [7 * day, 30 * day, 90 * day])
      return Row(
        scope: group.scope, key: group.key, status: group.status, within_7d: within[0],
        within_30d: within[1], within_90d: within[2])
    }
    try database.execute(SQL(file: PackageResources.conversion_within_sql, try figureRows(rows)))
    return 0
  }

  private struct Row: Encodable {
    var scope: String
    var key: UUID
    var status: String?
    var within_7d: Double?
    var within_30d: Double?
    var within_90d: Double?
  }
}

import Foundation
import Leads
import Postgres
import Store

/// What is known of the leads before a full pull, on a connection of its own.
struct KnownLeads: Sendable {
  private let connection: PostgresConnection
  /// Hashes of the ids of leads that later stages have to see whatever their records show.
  private let unsettled: Set<UInt64>

  init(connection: PostgresConnection) async throws {
    self.connection = connection
    unsettled = Set(
      try await connection.query(SQL(file: PackageResources.unsettled_leads_sql)).map { row in
        Self.hash(try row["resman_lead_id"])
      })
  }

  /// The leads of a property that both sides were last seen to show.
  func leads(of property: UUID) async throws -> AgreedProperty {
    AgreedProperty(
      try await connection.perform { [unsettled] db in
        _ = try db.execute(
          SQL(file: PackageResources.pull_settings_sql, property.uuidString))
        var leads = AgreedLeads(property: property)
        try db.copyOutRows(PackageResources.agreed_leads_sql, columns: AgreedLeads.columns) { row in
          try leads.add(&row, besides: unsettled)
        }
        leads.index()
        return leads
      })
  }

  /// Stages leads after all that were not staged, because a second property showed them as well.
  /// - Parameter latest: the present time.
  func stageAgain(_ pulled: inout [PulledProperty], latest: Instant) async throws {
    guard pulled.contains(where: { !$0.agreed.isEmpty }) else { return }
    var again: [String] = []
    for row in try await connection.query(SQL(file: PackageResources.staged_elsewhere_sql)) {
      let lead: String = try row["resman_lead_id"]
      let property: UUID = try row["property_id"]
      guard let index = pulled.firstIndex(where: { $0.property == property }),
        pulled[index].agreed.contains(Self.hash(lead))
      else { continue }
      again.append(lead)
      for (system, version) in [(System.domiq, "domiq_version"), (.resman, "resman_version")] {
        pulled[index].pulls[system].agreed -= 1
        let isRecent = try AgreedCount.isRecent(
          row[version], watermark: pulled[index].pulls[system].watermark)
        if isRecent { pulled[index].pulls[system].recentlyAgreed -= 1 }
      }
    }
    guard !again.isEmpty else { return }
    let future = Instant(microseconds: latest.microseconds + RecordEncoder.skew)
    _ = try await connection.execute(
      SQL(file: PackageResources.stage_again_sql, again, future.iso8601))
  }

  private static func hash(_ lead: String) -> UInt64 {
    var lead = lead
    return lead.withUTF8 { RecordEncoder.hash($0) }
  }
}

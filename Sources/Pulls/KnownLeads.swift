import Foundation
import Leads
import Postgres
import Store

/// What is known of the leads before a full pull. The table is read once; the rows of each property wait in memory, or
/// in an unnamed file where they are many.
actor KnownLeads {
  private let connection: PostgresConnection
  /// Hashes of the ids of leads that later stages have to see whatever their records show.
  private let unsettled: Set<UInt64>
  private var rows: PartitionedBytes

  init(connection: PostgresConnection) async throws {
    self.connection = connection
    unsettled = Set(
      try await connection.query(SQL(file: PackageResources.unsettled_leads_sql)).map { row in
        Self.hash(try row["resman_lead_id"])
      })
    rows = try await connection.perform { db in
      var rows = PartitionedBytes()
      try db.copyOutRows(PackageResources.agreed_leads_sql, columns: AgreedLeads.columns) { row in
        guard let property = try row.uuid() else { return }
        try rows.append(to: property) { try AgreedLeads.encode(&row, to: &$0) }
      }
      return rows
    }
  }

  /// The leads of a property that both sides were last seen to show; to be called once for each.
  func leads(of property: UUID) throws -> AgreedProperty {
    AgreedProperty(
      AgreedLeads(property: property, rows: try rows.take(property), besides: unsettled))
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

/// Bytes by key. What is more than a little waits in one unnamed file, which ends with the process.
struct PartitionedBytes: Sendable {
  private struct Part {
    var bytes: [UInt8] = []
    /// Where earlier bytes are in the file.
    var stored: [Range<Int>] = []
  }

  /// Bytes of one key that are in memory.
  private static let most = 1 << 15

  private var parts: [UUID: Part] = [:]
  private var file: FileHandle?
  private var end = 0

  mutating func append(
    to key: UUID, _ body: (inout [UInt8]) throws -> Void
  ) throws {
    try body(&parts[key, default: Part()].bytes)
    guard let bytes = parts[key]?.bytes, bytes.count > Self.most else { return }
    let file = try self.file ?? FileHandle.nameless("leads")
    self.file = file
    try file.write(contentsOf: bytes)
    parts[key]?.stored.append(end..<end + bytes.count)
    parts[key]?.bytes.removeAll(keepingCapacity: true)
    end += bytes.count
  }

  /// What was appended, in order; afterwards the key has nothing.
  mutating func take(_ key: UUID) throws -> [UInt8] {
    guard let part = parts.removeValue(forKey: key) else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(part.stored.reduce(part.bytes.count) { $0 + $1.count })
    for range in part.stored {
      try file?.seek(toOffset: UInt64(range.lowerBound))
      let stored = try file?.read(upToCount: range.count) ?? Data()
      guard stored.count == range.count else { throw CocoaError(.fileReadCorruptFile) }
      bytes.append(contentsOf: stored)
    }
    bytes.append(contentsOf: part.bytes)
    return bytes
  }
}

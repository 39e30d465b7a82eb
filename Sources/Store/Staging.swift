import Foundation
import Leads
import Postgres

/// One staging table, filled by one binary COPY for the whole pull; workers append chunks of whole rows in any order.
package struct Staging: Sendable {
  package let connection: PostgresConnection
  package let system: System

  package init(connection: PostgresConnection, system: System) {
    self.connection = connection
    self.system = system
  }

  /// A record as it is staged; its texts are valid while it is encoded.
  package struct Record {
    package var property: UUID
    package var lead: UnsafeBufferPointer<UInt8>
    /// Of DomIQ's records alone.
    package var conversation: UUID?
    package var raw: UnsafeBufferPointer<UInt8>?
    package var status: [UInt8]?
    package var version: UnsafeBufferPointer<UInt8>?
    package var leadScore: Double?
    package var flags: Int16
    package var problem: String?
    /// As `LeadDescription.told`; null where the record tells nothing of it.
    package var description: UnsafeBufferPointer<UInt8>?

    package init(
      property: UUID, lead: UnsafeBufferPointer<UInt8>, conversation: UUID?,
      raw: UnsafeBufferPointer<UInt8>?, status: [UInt8]?, version: UnsafeBufferPointer<UInt8>?,
      leadScore: Double?, flags: Int16, problem: String?,
      description: UnsafeBufferPointer<UInt8>? = nil
    ) {
      self.property = property
      self.lead = lead
      self.conversation = conversation
      self.raw = raw
      self.status = status
      self.version = version
      self.leadScore = leadScore
      self.flags = flags
      self.problem = problem
      self.description = description
    }
  }

  /// The table of a system, and what of a record stands in each column.
  package static func table(of system: System) -> CopyTable<Record> {
    let ofDomIQ: [CopyColumn<Record>] = [.uuid("conversation_id") { $0.conversation }]
    return CopyTable(
      "stage_\(system.rawValue)",
      [.uuid("property_id") { $0.property }, .utf8("resman_lead_id") { $0.lead }]
        + (system == .domiq ? ofDomIQ : []) + [
          .utf8("raw") { $0.raw },
          CopyColumn("status") { record, rows in
            guard let status = record.status else { return rows.appendNull() }
            status.withUnsafeBufferPointer { rows.append(utf8: $0) }
          },
          .utf8("version") { $0.version },
          .double("lead_score") { $0.leadScore },
          .smallint("flags") { $0.flags },
          .text("problem") { $0.problem },
          .utf8("description") { $0.description },
        ])
  }

  /// A buffer whose chunks have no header: they go into the middle of the COPY.
  package static func rows(of table: CopyTable<Record>) -> BinaryCopyRows {
    var rows = table.rows()
    _ = rows.take()
    return rows
  }

  /// Empties the table and opens the COPY.
  package func begin() async throws {
    let table = Self.table(of: system)
    _ = try await connection.execute("truncate \(identifier: table.name)")
    try await connection.beginCopyIn(table.statement)
    var opening = table.rows()
    try await connection.copyIn(opening.take())
  }

  /// Rows of one page; returns when the server has taken them.
  package func send(_ chunk: [UInt8]) async throws {
    guard !chunk.isEmpty else { return }
    try await connection.copyIn(chunk)
  }

  /// Closes the COPY; gives the number of rows staged.
  package func finish() async throws -> Int {
    var closing = Self.rows(of: Self.table(of: system))
    try await connection.copyIn(closing.finish())
    let rows = try await connection.endCopyIn()
    try await connection.script("analyze stage_\(system.rawValue)")
    return rows
  }
}

import Foundation
import HTTP
import Leads
import Postgres
import Store

/// DomIQ's own database, read only (docs/vendors.md). A property is one page: count and rows come from one snapshot, so
/// that the page is whole or there is none.
package struct DomIQDatabase: DomIQAPI, PageSource {
  private let url: String
  private let company: String
  /// DomIQ's id of a property, by ResMan's; one that is not named has the same id in both.
  private let properties: [UUID: String]
  private let mapping: StatusMapping
  private let clock: RunClock
  /// When the run's time is over, by the clock's count.
  private let deadline: Duration

  /// - Parameters:
  ///   - url: a libpq URI; no secret of it is ever part of an error.
  ///   - company: DomIQ's id of the company, for its row-level security.
  ///   - properties: ResMan's id of a property, by DomIQ's.
  ///   - mapping: which statuses say only that a chat began (`StatusMapping.database`).
  package init(
    url: String, company: String, properties: [String: UUID], mapping: StatusMapping,
    clock: RunClock, deadlineSeconds: Double
  ) {
    self.url = url
    self.company = company
    self.properties = Dictionary(properties.map { ($1, $0) }) { first, _ in first }
    self.mapping = mapping
    self.clock = clock
    deadline = clock.elapsed() + .seconds(deadlineSeconds)
  }

  package func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    let own = properties[property] ?? property.uuidString.lowercased()
    let mapping = mapping
    return try await snapshot { db in
      guard try db.hasProperty(own) else {
        throw CallFailure(
          .malformed, "DomIQ's database has no property \(own); map it in domiq.properties")
      }
      let total = try db.countOfConversations()
      var writer = LeadPageWriter()
      try db.conversations { $0.write(at: property, mapping: mapping, to: &writer) }
      return writer.finish(total: total)
    }
  }

  package func lead(conversation: UUID) async -> ReadAnswer {
    let mapping = mapping
    do throws(CallFailure) {
      let readAt = clock.elapsed()
      let found: [UInt8]? = try await snapshot { db in
        var writer = LeadPageWriter()
        try db.select(conversation: conversation)
        try db.conversations { $0.write(at: nil, mapping: mapping, to: &writer) }
        return writer.count == 0 ? nil : writer.lead()
      }
      guard let found else { return .missing }
      let answer = IncomingAnswer(
        status: 200, headers: WebHeaders(), body: found, readAt: readAt)
      guard let snapshot = LeadRecord.snapshot(in: answer) else {
        throw CallFailure(.malformed, "the conversation is not what the database should hold")
      }
      return .found(snapshot)
    } catch {
      return .failed(error)
    }
  }

  /// What the role sees of the company, for `doctor`.
  package struct Overview: Sendable, Equatable {
    /// DomIQ's ids of the properties.
    package var properties: [String]
    /// Conversations have a column with the id in ResMan.
    package var isLinked: Bool
    package var conversations: Int
    /// Of them, those without an id in ResMan.
    package var unlinked: Int
  }

  package func overview() async throws(CallFailure) -> Overview {
    try await snapshot { db in try db.overview() }
  }

  package func send(_ change: StatusChange, until: Duration) async -> WriteAnswer {
    .refused(status: 405, reasons: "DomIQ's database is only read")
  }

  /// One snapshot of the company's rows, for the time of `body`.
  private func snapshot<T: Sendable>(
    _ body: @escaping @Sendable (isolated PostgresConnection) throws -> T
  ) async throws(CallFailure) -> T {
    guard clock.elapsed() < deadline else { throw UpstreamHost.overdue }
    do {
      let connection = try await PostgresConnection(
        PostgresConfiguration(url: url, applicationName: "status-sync", connectTimeoutSeconds: 10))
      let company = company
      let result: Result<T, any Error>
      do {
        result = .success(
          try await connection.perform { db in
            try db.beginSnapshot(company: company)
            let value = try body(db)
            try db.script("commit")
            return value
          })
      } catch { result = .failure(error) }
      await connection.close()
      return try result.get()
    } catch let failure as CallFailure {
      throw failure
    } catch let error as PostgresError {
      throw CallFailure(database: error)
    } catch {
      throw CallFailure(.cancelled, "cancelled")
    }
  }
}

extension CallFailure {
  /// - Parameter error: of DomIQ's database; its detail may name what it should not, and is left out.
  fileprivate init(database error: PostgresError) {
    switch error.code {
    case .connect, .connectionString:
      self.init(.unreachable, "DomIQ's database cannot be reached, or refuses the login")
    case .cancelled: self.init(.cancelled, "cancelled")
    case .lost: self.init(.torn, "the session with DomIQ's database ended")
    default:
      let state = error.sqlState.map { " (\($0))" } ?? ""
      let isRight = error.sqlState == "42501"
      self.init(
        isRight ? .forbidden : .malformed,
        isRight
          ? "the role may not read a table of DomIQ's database\(state)"
          : "DomIQ's database refuses a query\(state)")
    }
  }
}

import Foundation
import HTTP
import Leads
import Links
import Postgres
import Store

/// DomIQ's own database (docs/vendors.md). A property is one page: count and rows come from one snapshot, so
/// that the page is whole or there is none.
package struct DomIQDatabase: DomIQAPI, PageSource, ChatContacts {
  private let url: String
  private let company: String
  /// DomIQ's id of a property, by ResMan's; one that is not named has the same id in both.
  private let properties: [UUID: String]
  /// The time zones of properties, by ResMan's id; one that is not named counts as in UTC.
  private let zones: [UUID: String]
  private let mapping: StatusMapping
  /// Leads of conversations for which DomIQ names none; null: those have no lead.
  private let links: LeadLinks?
  private let clock: RunClock
  /// When the run's time is over, by the clock's count.
  private let deadline: Duration
  /// The longest time of one statement; null: until the deadline, for a write 10 s.
  private let callLimit: Duration?
  private static let writeLimit = Duration.seconds(10)

  /// - Parameters:
  ///   - url: a libpq URI; no secret of it is ever part of an error.
  ///   - company: DomIQ's id of the company, for its row-level security.
  ///   - properties: ResMan's id of a property, by DomIQ's.
  ///   - zones: of the properties, by ResMan's id.
  ///   - mapping: which statuses say only that a chat began (`StatusMapping.database`).
  ///   - links: leads of conversations for which DomIQ names none; null: those have no lead.
  ///   - callSeconds: seconds of one statement, where a caller waits for it; null at night.
  package init(
    url: String, company: String, properties: [String: UUID], zones: [UUID: String] = [:],
    mapping: StatusMapping, links: LeadLinks? = nil, clock: RunClock, deadlineSeconds: Double,
    callSeconds: Double? = nil
  ) {
    callLimit = callSeconds.map { .seconds($0) }
    self.links = links
    self.url = url
    self.company = company
    self.properties = Dictionary(properties.map { ($1, $0) }) { first, _ in first }
    self.zones = zones
    self.mapping = mapping
    self.clock = clock
    deadline = clock.elapsed() + .seconds(deadlineSeconds)
  }

  package func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    let own = own(property)
    let mapping = mapping
    let linked = try await linked { try await $0.leads(of: property) } ?? [:]
    return try await snapshot { db in
      try db.require(property: own)
      let total = try db.countOfConversations()
      var writer = LeadPageWriter()
      try db.conversations { found in
        var found = found
        found.link(by: linked)
        found.write(at: property, zone: .gmt, isAlone: false, mapping: mapping, to: &writer)
      }
      return writer.finish(total: total)
    }
  }

  /// Every conversation of the property, with the contacts of its user.
  package func contacts(at property: UUID) async throws(CallFailure) -> [ChatContact] {
    let own = own(property)
    return try await snapshot { db in
      try db.require(property: own)
      return try db.contacts(at: property)
    }
  }

  /// DomIQ's id of a property.
  private func own(_ property: UUID) -> String {
    properties[property] ?? property.uuidString.lowercased()
  }

  /// What our own database has of links.
  private func linked<T>(
    _ body: (LeadLinks) async throws -> T
  ) async throws(CallFailure) -> T? {
    guard let links else { return nil }
    do { return try await body(links) } catch {
      throw CallFailure(.cancelled, "the links in StatusSync's own database could not be read")
    }
  }

  package func lead(conversation: UUID) async -> ReadAnswer {
    let mapping = mapping
    let database = self
    do throws(CallFailure) {
      let readAt = clock.elapsed()
      let link = try await linked { try await $0.lead(of: conversation) } ?? nil
      let linked = link.map { [conversation: $0] } ?? [:]
      let found: (body: [UInt8], tag: String)? = try await snapshot { db in
        var writer = LeadPageWriter()
        var tag = ""
        try db.conversations(only: conversation) { found in
          var found = found
          tag = found.tag
          found.link(by: linked)
          found.write(
            at: nil, zone: database.zone(of: found.property), isAlone: true, mapping: mapping,
            to: &writer)
        }
        return writer.count == 0 ? nil : (writer.lead(), tag)
      }
      guard let found else { return .missing }
      let answer = IncomingAnswer(
        status: 200, headers: WebHeaders(), body: found.body, readAt: readAt)
      guard var snapshot = LeadRecord.snapshot(in: answer) else {
        throw CallFailure(.malformed, "the conversation is not what the database should hold")
      }
      snapshot.etag = found.tag
      return .found(snapshot)
    } catch {
      return .failed(error)
    }
  }

  /// - Parameter property: DomIQ's id.
  private func zone(of property: String) -> TimeZone {
    let known = properties.first { $0.value == property }?.key ?? UUID(uuidString: property)
    return known.flatMap { zones[$0] }.flatMap(TimeZone.init(identifier:)) ?? .gmt
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
    /// The role may set a conversation's status.
    package var maySetStatus: Bool
    /// Columns, as `table.column`, by which every read looks rows up, and with which no index begins.
    package var unindexed: [String]
  }

  package func overview() async throws(CallFailure) -> Overview {
    try await snapshot { db in try db.overview() }
  }

  /// Sets the status, and nothing else, over the one that was read; never a flag (docs/vendors.md#what-is-written).
  package func send(_ change: StatusChange, until: Duration) async -> WriteAnswer {
    guard let conversation = change.conversationID,
      let basis = change.basis.flatMap(DomIQConversation.basis)
    else { return .refused(status: 400, reasons: "a chat is written over what was read of it") }
    guard clock.elapsed() <= until else { return .late }
    let status = mapping.domiq(change.new)
    let company = company
    let limit = milliseconds(within: Self.writeLimit)
    do {
      let connection = try await PostgresConnection(
        PostgresConfiguration(url: url, applicationName: "status-sync", connectTimeoutSeconds: 10))
      let result: Result<(isChanged: Bool, version: Instant?), any Error>
      do {
        result = .success(
          try await connection.transaction { db in
            _ = try db.query(
              """
              select set_config('app.current_company_id', \(company), true),
                set_config('statement_timeout', \(String(limit)), true)
              """)
            return try db.setStatus(status, of: conversation, company: company, basis: basis)
          })
      } catch { result = .failure(error) }
      await connection.close()
      let done = try result.get()
      guard done.isChanged else { return .changed }
      return .acknowledged(
        version: done.version?.iso8601, etag: nil, notificationsSent: 0, workflowActions: [])
    } catch let failure as CallFailure {
      return .refused(status: 500, reasons: failure.reason)
    } catch let error as PostgresError {
      return Self.answer(to: error)
    } catch {
      return .uncertain("cancelled")
    }
  }

  /// After how many milliseconds the database itself ends a statement: 1 s at least.
  private func milliseconds(within limit: Duration) -> Int {
    let milliseconds = min(limit, callLimit ?? limit) / .milliseconds(1)
    return Int(min(max(milliseconds, 1_000), Double(Int32.max)))
  }

  /// What a failed write proves: only a lost session leaves open whether it was committed.
  private static func answer(to error: PostgresError) -> WriteAnswer {
    switch error.code {
    case .connect, .connectionString:
      return .notSent("DomIQ's database cannot be reached, or refuses the login")
    case .cancelled, .lost, .closed, .commitUnknown:
      return .uncertain("the session with DomIQ's database ended")
    default:
      if error.sqlState == "42501" { return .forbidden }
      if error.isCancelled {
        return .refused(
          status: 500, reasons: "DomIQ's database did not make the change in time; it is not made")
      }
      return .refused(
        status: 500,
        reasons: "DomIQ's database refuses the change" + (error.sqlState.map { " (\($0))" } ?? ""))
    }
  }

  /// One snapshot of the company's rows, for the time of `body`.
  private func snapshot<T: Sendable>(
    _ body: @escaping @Sendable (isolated PostgresConnection) throws -> T
  ) async throws(CallFailure) -> T {
    let rest = deadline - clock.elapsed()
    guard rest > .zero else { throw UpstreamHost.overdue }
    let limit = milliseconds(within: rest)
    do {
      let connection = try await PostgresConnection(
        PostgresConfiguration(url: url, applicationName: "status-sync", connectTimeoutSeconds: 10))
      let company = company
      let result: Result<T, any Error>
      do {
        result = .success(
          try await connection.perform { db in
            try db.beginSnapshot(company: company, milliseconds: limit)
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
    case _ where error.isCancelled || error.isLockNotAvailable:
      self =
        Task.isCancelled
        ? CallFailure(.cancelled, "cancelled")
        : CallFailure(.timeout, "DomIQ's database did not answer in time")
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

import Changes
import Foundation
import Leads
import Logging
import Postgres
import Store
import Synchronization
import Upstreams

/// Asks ResMan for changes where it sends no webhooks: each property that a night has read, in turn, two at a time. Each
/// change goes the way of a webhook, under an id of its own. What is not certain (a status outside the vocabulary, a
/// prospect of which only one answer was read) is left to the night.
package struct Poll: Sendable {
  /// What one round did.
  package struct Round: Sendable, Equatable {
    package var properties = 0
    package var failed = 0
    /// Changes handed over, by what became of them.
    package var changes: [WebhookReceiver.Outcome: Int] = [:]
    /// A run was working: nothing was asked.
    package var isPaused = false
  }

  /// How far before the end of the last poll the next one begins: clocks differ, and times have whole seconds.
  static let overlap = Duration.seconds(900)
  /// Properties that are asked about at once.
  private static let atOnce = PartnerClient.mostAtOnce

  private let source: any PageSource
  private let receiver: WebhookReceiver
  private let database: any ConnectionLender
  private let interval: Duration
  private let clock: RunClock
  private let logger: Logger
  /// What the last poll of each property showed: it shows most of it again.
  private let shown = Shown()

  /// - Parameters:
  ///   - source: ResMan, with calls of its own that outlast a caller's.
  ///   - interval: from the beginning of a round to the beginning of the next.
  package init(
    source: any PageSource, receiver: WebhookReceiver, database: any ConnectionLender,
    interval: Duration, clock: RunClock, logger: Logger
  ) {
    self.source = source
    self.receiver = receiver
    self.database = database
    self.interval = interval
    self.clock = clock
    self.logger = logger
  }

  /// Asks until its task is cancelled. A round that fails is logged and repeated: it never ends `serve`.
  package func run() async {
    while !Task.isCancelled {
      let start = clock.elapsed()
      do { try await once() } catch {
        guard !Task.isCancelled else { return }
        logger.warning("a poll of ResMan failed", metadata: ["reason": "\(error)"])
      }
      let rest = max(interval - (clock.elapsed() - start), .seconds(1))
      guard (try? await clock.sleep(rest)) != nil else { return }
    }
  }

  /// Asks once about each property.
  @discardableResult
  package func once() async throws -> Round {
    var round = Round()
    let targets: [Target]? = try await database.withConnection { connection in
      let paused = try await connection.queryOne(SQL(file: PackageResources.poll_paused_sql))
      guard try paused?["is_paused"] != true else { return nil }
      return try await connection.query(
        SQL(file: PackageResources.poll_targets_sql, clock.now().iso8601)
      ).map {
        Target(
          property: try $0["property_id"],
          readTo: Instant(microseconds: Int64(try $0["read_to"] as Int)))
      }
    }
    guard let targets else {
      round.isPaused = true
      return round
    }
    try await targets.severalAtOnce(Self.atOnce) {
      try await ask($0)
    } take: { changes in
      round.properties += 1
      if let changes {
        round.changes.merge(changes, uniquingKeysWith: +)
      } else {
        round.failed += 1
      }
    }
    return round
  }

  private struct Target: Sendable {
    var property: UUID
    var readTo: Instant
  }

  /// Asks about one property.
  /// - Returns: nil where ResMan's answer could not be had.
  private func ask(_ target: Target) async throws -> [WebhookReceiver.Outcome: Int]? {
    let now = clock.now()
    let page: [UInt8]
    do throws(CallFailure) {
      page = try await source.page(
        property: target.property, updatedSince: target.readTo - Self.overlap, cursor: nil,
        limit: 0)
    } catch {
      try Task.checkCancellation()
      let reason = error.description
      logger.warning(
        "ResMan could not be asked for changes; it is tried again in the next round",
        metadata: [
          "property": "\(target.property.uuidString.lowercased())", "reason": "\(reason)",
        ])
      try await execute(
        SQL(file: PackageResources.poll_failed_sql, target.property, now.iso8601, reason))
      return nil
    }
    var outcomes: [WebhookReceiver.Outcome: Int] = [:]
    var seen: Set<String> = []
    for lead in LeadRecord.snapshots(inPage: page, latest: now + .seconds(300)) {
      guard let webhook = webhook(of: lead) else { continue }
      let id =
        "\(WebhookReceiver.pollPrefix)\(webhook.lead_id) \(webhook.updated_at) "
        + webhook.new_status.rawValue
      seen.insert(id)
      guard !shown.contains(id, at: target.property) else { continue }
      outcomes[try await receiver.receive(webhook, id: id).outcome, default: 0] += 1
    }
    shown.replace(seen, at: target.property)
    try await execute(
      SQL(file: PackageResources.poll_read_sql, target.property, now.iso8601))
    return outcomes
  }

  /// What ResMan shows of a lead as a webhook would report it; nil where it proves no status or has no version.
  private func webhook(of lead: LeadSnapshot) -> StatusWebhook? {
    guard let id = lead.resmanLeadID, !id.isEmpty, id.utf8.count <= 100,
      let version = lead.version,
      let status = receiver.mapping.canonical(resman: lead.raw)
    else { return nil }
    return StatusWebhook(
      lead_id: id, old_status: status, new_status: status,
      updated_by: Author.resmanUser.rawValue, updated_at: version, description: lead.description)
  }

  private func execute(_ sql: SQL) async throws {
    _ = try await database.withConnection { try await $0.execute(sql) }
  }

  /// Ids of what the last poll of each property showed.
  private final class Shown: Sendable {
    private let ids = Mutex<[UUID: Set<String>]>([:])

    func contains(_ id: String, at property: UUID) -> Bool {
      ids.withLock { $0[property]?.contains(id) == true }
    }

    func replace(_ seen: Set<String>, at property: UUID) { ids.withLock { $0[property] = seen } }
  }
}

/// How far the polls of ResMan are behind.
package struct PollLag: Codable, Sendable, Equatable {
  /// Properties that are asked about.
  package var properties: Int
  /// Since the property that was read longest ago; null where there is none.
  package var lag_seconds: Double?
  /// Properties whose last poll failed.
  package var failing: Int
  /// The one that fails longest, by name, and why; null where none fails.
  package var failing_property: String?
  package var failure: String?

  /// Reads it as of a moment.
  package static func read(
    _ database: any ConnectionLender, at now: Instant
  ) async throws -> PollLag {
    try await database.withConnection { connection in
      let row = try await connection.queryOne(
        SQL(file: PackageResources.poll_lag_sql, now.iso8601))
      return PollLag(
        properties: try row?["properties"] ?? 0, lag_seconds: try row?["lag_seconds"],
        failing: try row?["failing"] ?? 0, failing_property: try row?["failing_property"],
        failure: try row?["failure"])
    }
  }
}

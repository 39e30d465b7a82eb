import Foundation
import Leads
import Postgres
import Store

/// One property, read from both systems at once.
struct PropertyPair: Sendable {
  let property: UUID
  let pull: Pull
  /// Where earlier pulls ended; null: the property was never read.
  let cursors: PerSystem<PullCursors.Cursor?>
  /// Of a full pull; null: every record is staged.
  let known: KnownLeads?
  let stagings: PerSystem<Staging>
  let filters: PerSystem<BloomFilter>

  /// A failure of one system is part of the result; only the database's errors and cancellation are thrown.
  func read() async throws -> PulledProperty {
    let agreed = try await known?.leads(of: property)
    async let resman = reader(.resman, agreed).traced()
    async let domiq = reader(.domiq, agreed).traced()
    var pulls = PerSystem(resman: try await resman, domiq: try await domiq)
    for system in System.allCases {
      pulls[system].watermark = (cursors[system] ?? PullCursors.Cursor())
        .moved(to: pulls[system].newest, startedAt: pull.startedAt)
    }
    guard let agreed else { return PulledProperty(pulls: pulls) }
    return try await settle(agreed, pulls)
  }

  private func reader(_ system: Leads.System, _ agreed: AgreedProperty?) -> PropertyReader {
    PropertyReader(
      system: system, property: property,
      updatedSince: known == nil ? cursors[system]?.since(startedAt: pull.startedAt) : nil,
      source: system == .resman ? pull.resman : pull.domiq,
      limit: (system == .resman ? pull.settings.resman : pull.settings.domiq).pageSize,
      staging: stagings[system], mapping: pull.mapping, policy: pull.settings.policy,
      filter: filters[system], agreed: agreed, clock: pull.clock, startedAt: pull.startedAt,
      deadline: pull.deadline, progress: pull.progress)
  }

  /// Counts the leads on which both sides agree, and stages the kept records of the others.
  private func settle(
    _ agreed: AgreedProperty, _ pulls: PerSystem<PropertyPull>
  ) async throws -> PulledProperty {
    let leads = agreed.leads.withLock { $0 }
    let isComplete = pulls.resman.isComplete && pulls.domiq.isComplete
    var settled = AgreedCount(watermarks: PerSystem { pulls[$0].watermark })
    let tables = PerSystem { Staging.table(of: $0) }
    var rows = PerSystem { Staging.rows(of: tables[$0]) }
    for start in stride(from: 0, to: leads.count, by: Self.part) {
      leads.settle(
        start..<min(start + Self.part, leads.count), isComplete: isComplete, into: &settled
      ) { system, record in tables[system].append(record, to: &rows[system]) }
      for system in System.allCases where rows[system].byteCount > 0 {
        try await stagings[system].send(rows[system].take())
      }
    }
    var pulled = PulledProperty(pulls: pulls)
    for system in System.allCases {
      pulled.pulls[system].agreed = settled.count
      pulled.pulls[system].recentlyAgreed = settled.recent[system]
    }
    pulled.agreed = settled.hashes
    return pulled
  }

  /// Leads that are settled at a time, so that the rows of a large property that was read incompletely are not in
  /// memory together.
  private static let part = 4096
}

/// One property as both systems showed it.
struct PulledProperty: Sendable {
  var pulls: PerSystem<PropertyPull>
  /// Hashes of the ids of the leads that were not staged.
  var agreed: [UInt64] = []

  var property: UUID { pulls.resman.propertyID }

  init(pulls: PerSystem<PropertyPull>) {
    self.pulls = pulls
  }
}

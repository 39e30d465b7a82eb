import CSimdjson
import Foundation
import Leads
import Postgres
import Store
import Synchronization
import Tracing
import Upstreams

/// A Bloom filter of the ids of a pull: 64 Mbit a system, whatever the number of leads. A hit may be false, and the
/// diff counts exactly; there are no false misses.
final class BloomFilter: Sendable {
  private static let bits: UInt64 = 1 << 26
  private let words = Mutex([UInt64](repeating: 0, count: Int(bits / 64)))

  /// Adds hashes.
  /// - Returns: true for each that may have been added before.
  func insert(_ hashes: [UInt64]) -> [Bool] {
    words.withLock { words in
      hashes.map { hash in
        let bit = hash % Self.bits
        let mask: UInt64 = 1 << (bit % 64)
        let wasThere = words[Int(bit / 64)] & mask != 0
        words[Int(bit / 64)] |= mask
        return wasThere
      }
    }
  }
}

/// Reads one property from one system, page after page, into staging.
struct PropertyReader: Sendable {
  /// After so many successive pages without a new id, the property counts as endless.
  private static let mostBarren = 10

  let system: Leads.System
  let property: UUID
  let updatedSince: Instant?
  let source: any PageSource
  let limit: Int
  let staging: Staging
  let mapping: StatusMapping
  let policy: Policy
  let filter: BloomFilter
  /// The leads that both sides were last seen to show; null: every record is staged.
  let agreed: AgreedProperty?
  let clock: RunClock
  let startedAt: Instant
  /// When the run's time is over, by the clock's count.
  let deadline: Duration
  let progress: @Sendable (Int) -> Void

  /// The same as a span.
  func traced() async throws -> PropertyPull {
    try await withSpan("pull property") { span in
      let pulled = try await run()
      span.updateAttributes { attributes in
        attributes["status_sync.system"] = system.rawValue
        attributes["status_sync.property_id"] = property.uuidString.lowercased()
        attributes["status_sync.records"] = pulled.records
      }
      if !pulled.isComplete { span.setStatus(SpanStatus(code: .error)) }
      return pulled
    }
  }

  /// A failure of this property is part of the result; only the database's errors and cancellation are thrown.
  func run() async throws -> PropertyPull {
    var pulled = PropertyPull(
      system: system, propertyID: property, isIncremental: updatedSince != nil)
    guard let parser = PageParser() else {
      pulled.reason = "no memory for a parser"
      return pulled
    }
    var encoder = RecordEncoder(
      system: system, property: property, mapping: mapping, policy: policy,
      startedAt: startedAt, filter: filter, agreed: agreed)
    var position = PagePosition()
    repeat {
      try Task.checkCancellation()
      let body: [UInt8]
      do throws(CallFailure) {
        guard clock.elapsed() < deadline else { throw UpstreamHost.overdue }
        body = try await source.page(
          property: property, updatedSince: updatedSince, cursor: position.cursor, limit: limit)
      } catch {
        pulled.failure = error
        pulled.reason = error.description
        break
      }
      let before = (records: pulled.records, distinct: encoder.distinct)
      do {
        try parser.parse(body) { page in
          encoder.encode(page.leads, readAt: clock.now(), into: &pulled)
          position.take(page, into: &pulled)
        }
      } catch let fault as PageFault {
        pulled.failure = CallFailure(.malformed, fault.description)
        pulled.reason = "a page cannot be read: \(fault)"
        break
      }
      pulled.pages += 1
      try await staging.send(encoder.take())
      progress(pulled.records - before.records)
      let isBarren = encoder.distinct == before.distinct
      if pulled.records > before.records, isBarren, pulled.withoutID == 0 {
        pulled.reason = "a page came twice"
      }
      position.barren = isBarren ? position.barren + 1 : 0
      if let reason = endless(position, pulled) {
        pulled.reason = reason
        break
      }
    } while position.cursor != nil
    pulled.distinct = encoder.distinct
    classify(&pulled)
    return pulled
  }

  /// The position in the pages, and what they announced.
  private struct PagePosition {
    var cursor: String?
    /// The cursors received so far.
    var cursors: Set<String> = []
    var isRepeated = false
    /// The total that the first page with one announced.
    var announced: Int?
    /// Pages in a row without a new id.
    var barren = 0

    mutating func take(_ page: ParsedPage, into pulled: inout PropertyPull) {
      cursor = page.nextCursor
      if let cursor { isRepeated = !cursors.insert(cursor).inserted }
      pulled.totalCount = page.totalCount ?? pulled.totalCount
      announced = announced ?? page.totalCount
      if let zoneless = page.zonelessTimes {
        pulled.zonelessTimes = (pulled.zonelessTimes ?? 0) + zoneless
      }
      if let fault = page.cursorFault ?? page.totalFault { pulled.reason = fault }
    }
  }

  /// Why the pages will not end; null where they may. Leads created during the pull are allowed for: a tenth more than
  /// announced, and two pages.
  private func endless(_ position: PagePosition, _ pulled: PropertyPull) -> String? {
    guard position.cursor != nil else { return nil }
    if position.isRepeated {
      return "the cursor \(position.cursors.count) pages on was given before"
    }
    if position.barren >= Self.mostBarren {
      return "\(position.barren) pages in a row brought nothing new"
    }
    if let announced = position.announced {
      let most = announced + announced / 10 + 2 * limit
      if pulled.records > most {
        return "\(pulled.records) records came of \(announced) announced, and no end"
      }
    }
    return nil
  }

  /// Whether leads that were not seen may count as missing.
  private func classify(_ pulled: inout PropertyPull) {
    guard pulled.reason == nil else { return }
    if pulled.withoutID > 0 {
      pulled.reason = "\(pulled.withoutID) records have no id"
    } else if let total = pulled.totalCount, total != pulled.distinct {
      pulled.reason = "\(pulled.distinct) distinct ids of \(total) announced"
    } else if pulled.totalCount == nil {
      pulled.reason = "no total_count was given"
    }
  }
}

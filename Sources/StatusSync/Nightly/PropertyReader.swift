import CSimdjson
import Foundation
import Leads
import NIOCore
import Postgres
import Synchronization

/// Which ids may have been seen before in this pull: 64 Mbit a system, whatever the number of
/// leads. A hit is a suspicion that the diff settles exactly; there are no misses.
final class SeenFilter: Sendable {
  private static let bits: UInt64 = 1 << 26
  private let words = Mutex([UInt64](repeating: 0, count: Int(bits / 64)))

  /// Adds hashes; true for each that may have been there.
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
  let system: UpstreamSystem
  let property: UUID
  let updatedSince: Instant?
  let source: any PageSource
  let limit: Int
  let staging: Staging
  let mapping: StatusMapping
  let policy: Policy
  let filter: SeenFilter
  let progress: @Sendable (Int) -> Void

  /// Whatever goes wrong with this property is its own fault and part of the answer; only the
  /// database's errors and cancellation are thrown.
  func run() async throws -> PropertyPull {
    var pulled = PropertyPull(
      system: system, propertyID: property, isIncremental: updatedSince != nil)
    guard let parser = PageParser() else {
      pulled.reason = "no memory for a parser"
      return pulled
    }
    var encoder = RecordEncoder(
      system: system, property: property, mapping: mapping, policy: policy, filter: filter)
    var cursors: Set<String> = []
    var cursor: String?
    repeat {
      try Task.checkCancellation()
      let body: ByteBuffer
      do throws(CallFailure) {
        body = try await source.page(
          property: property, updatedSince: updatedSince, cursor: cursor, limit: limit)
      } catch {
        pulled.failure = error
        pulled.reason = error.description
        break
      }
      do {
        let before = pulled.records
        let fresh = encoder.distinct
        cursor = try parser.parse(body) { leads, next, total in
          encoder.encode(leads, into: &pulled)
          pulled.totalCount = total ?? pulled.totalCount
          return next
        }
        pulled.pages += 1
        try await staging.send(encoder.take())
        progress(pulled.records - before)
        if pulled.records > before, encoder.distinct == fresh, pulled.withoutID == 0 {
          pulled.reason = "a page came twice"
        }
      } catch let fault as PageFault {
        pulled.failure = CallFailure(.malformed, fault.description)
        pulled.reason = "a page cannot be read: \(fault)"
        break
      }
      if let next = cursor, !cursors.insert(next).inserted {
        pulled.reason = "the cursor \(cursors.count) pages on was given before"
        break
      }
    } while cursor != nil
    pulled.distinct = encoder.distinct
    judge(&pulled)
    return pulled
  }

  /// Whether absence may be claimed for what was not seen.
  private func judge(_ pulled: inout PropertyPull) {
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

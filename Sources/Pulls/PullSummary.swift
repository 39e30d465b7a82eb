import Crypto
import Foundation
import Leads
import Postgres
import Store
import Upstreams

/// How one property was read from one system.
package struct PropertyPull: Sendable {
  package var system: System
  package var propertyID: UUID
  package var isIncremental: Bool
  package var pages = 0
  package var records = 0
  /// Records with a lead id, and a digest of them in any order.
  package var named = 0
  package var digest = RecordDigest()
  /// Of those, the ones that were not staged, because both sides and the log agree on their leads, and how many of them
  /// the next incremental pull has to show again.
  package var agreed = 0
  package var recentlyAgreed = 0
  /// Where the next pull begins if this one is complete; null: it reads everything.
  package var watermark: Instant?
  /// Distinct ids: ResMan's lead ids, DomIQ's conversation ids.
  package var distinct = 0
  /// The system's own count of the whole filtered set; null where it gave none.
  package var totalCount: Int?
  /// Records with an id that cannot be used; they become `unmapped` with the reason.
  package var quarantined = 0
  package var withoutID = 0
  /// DomIQ's leads that are not in ResMan yet.
  package var withoutLead = 0
  /// Newest `updated_at` seen that is not later than the start of the run.
  package var newest: Instant?
  /// Records whose `updated_at` is later than the time of reading.
  package var futureVersions = 0
  /// Records that tell a field that describes.
  package var described = 0
  /// Values of such fields that cannot be used: left out.
  package var badValues = 0
  /// Times that named no zone and were read as the property's; null: the interface names the zone of each.
  package var zonelessTimes: Int?
  /// Why it is not complete; null where it is.
  package var reason: String?
  package var failure: CallFailure?

  /// The cursor ended, distinct ids = `total_count`, no page was repeated, no record lacks an id, and the leads seen
  /// before are there again.
  package var isComplete: Bool { reason == nil }

  package init(system: System, propertyID: UUID, isIncremental: Bool) {
    self.system = system
    self.propertyID = propertyID
    self.isIncremental = isIncremental
  }

  package var key: PullKey { PullKey(system: system, property: propertyID) }
}

/// What the pull saw of both systems.
package struct PullSummary: Sendable {
  /// The properties that ResMan listed.
  package var listed: [Property]
  /// Faults of elements of that list.
  package var faults: [String] = []
  package var properties: [PropertyPull]
  package var isFull: Bool
  /// Null: not known, or the log was empty.
  package var began: PullBegan?

  package init(
    listed: [Property], faults: [String] = [], properties: [PropertyPull], isFull: Bool,
    began: PullBegan? = nil
  ) {
    self.began = began
    self.listed = listed
    self.faults = faults
    self.properties = properties
    self.isFull = isFull
  }

  /// Every property was read whole from both systems: a lead that no page shows is in neither.
  package var isWhole: Bool {
    faults.isEmpty && !properties.isEmpty
      && properties.allSatisfy { $0.isComplete && !$0.isIncremental }
  }

  /// One row of `run_pull`.
  package struct Stored: Encodable {
    var run_id: UUID
    package var system: String
    package var property_id: UUID
    var incremental: Bool
    package var records: Int
    var quarantined: Int
    var without_id: Int
    var without_lead: Int
    var future_versions: Int
    var described: Int
    var bad_values: Int
    var zoneless_times: Int?
    package var reason: String?
  }

  /// What is kept of each pull.
  package func rows(of run: UUID) -> [Stored] {
    properties.map { pulled in
      Stored(
        run_id: run, system: pulled.system.rawValue, property_id: pulled.propertyID,
        incremental: pulled.isIncremental, records: pulled.records,
        quarantined: pulled.quarantined, without_id: pulled.withoutID,
        without_lead: pulled.withoutLead, future_versions: pulled.futureVersions,
        described: pulled.described, bad_values: pulled.badValues,
        zoneless_times: pulled.zonelessTimes, reason: pulled.reason)
    }
  }

  /// One element of what `pull_cursors_save.sql` reads.
  private struct Moved: Encodable {
    var system: String
    var property_id: UUID
    var watermark: String?
    var agreed: Int
    var recently_agreed: Int
    var is_full: Bool
  }

  /// Advances the cursors of what was read completely; the others stay.
  package func saveCursors() throws -> SQL {
    let moved = properties.filter(\.isComplete).map { pulled in
      Moved(
        system: pulled.system.rawValue, property_id: pulled.propertyID,
        watermark: pulled.watermark?.iso8601, agreed: pulled.agreed,
        recently_agreed: pulled.recentlyAgreed, is_full: !pulled.isIncremental)
    }
    return SQL(
      file: PackageResources.pull_cursors_save_sql, JSONText(try JSON.encode(moved)))
  }
}

/// A digest of records that does not depend on their order.
package struct RecordDigest: Sendable, Equatable {
  private var count = 0
  private var sum: UInt64 = 0
  private var difference: UInt64 = 0

  package init() {}

  /// Adds one record; a null differs from an empty text.
  mutating func add(
    _ lead: UnsafeBufferPointer<UInt8>, _ conversation: UUID?, _ raw: UnsafeBufferPointer<UInt8>?,
    _ version: UnsafeBufferPointer<UInt8>?, _ leadScore: Double?, flags: UInt8, _ problem: String?
  ) {
    var hash = Mixed()
    hash.add(lead)
    hash.add(raw)
    hash.add(version)
    if let conversation { withUnsafeBytes(of: conversation.uuid) { hash.add(bytes: $0) } }
    hash.add(leadScore?.bitPattern ?? .max)
    hash.add(UInt64(flags))
    if let problem { hash.add(FNV1a.hash(problem.utf8)) }
    count += 1
    sum &+= hash.value
    difference ^= hash.value
  }

  /// Null: there was no record.
  package var text: String? {
    count == 0
      ? nil : SHA256.hash(data: Data("\(count):\(sum):\(difference)".utf8)).hexadecimal
  }

  /// A hash that takes eight bytes at a time, the same on every machine.
  private struct Mixed {
    private(set) var value: UInt64 = 0

    mutating func add(_ number: UInt64) {
      value = (value ^ number) &* 0x9E37_79B9_7F4A_7C15
      value ^= value >> 29
    }

    mutating func add(_ text: UnsafeBufferPointer<UInt8>?) {
      guard let text else { return add(.max) }
      add(UInt64(text.count))
      add(bytes: UnsafeRawBufferPointer(text))
    }

    mutating func add(bytes: UnsafeRawBufferPointer) {
      var position = 0
      while position + 8 <= bytes.count {
        add(bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian)
        position += 8
      }
      var rest: UInt64 = 0
      for byte in bytes[position...] { rest = rest << 8 | UInt64(byte) }
      add(rest)
    }
  }
}

import Foundation
import Leads
import Postgres
import Store
import Synchronization

/// The leads of one property that both sides were last seen to show, while its pages come in from both systems. A lead
/// of which each side shows exactly one record, with nothing new, is not staged: the row of `lead` is equal to it.
/// Records that showed nothing new are kept here until the other side has ended; all others are staged at once.
struct AgreedLeads: Sendable {
  /// A record that showed nothing new: what of it is not in the kept row.
  private struct Record {
    var leadScore: Double = 0
    var flags: Int16 = 0
    var hasScore = false
    var isDescribed = false
    var isThere = false
  }

  /// One lead.
  private struct Lead {
    /// Where its row begins in `bytes`.
    var start: Int
    var hash: UInt64
    var records = PerSystem { _ in Record() }
    /// A later stage has to see it.
    var isNews = false
  }

  private let property: UUID
  private var leads: [Lead] = []
  /// One row a lead: the conversation, when each side's description was told, and the texts with their lengths.
  private let bytes: [UInt8]
  /// Open addressing by hash: one more than the index of a lead, 0 where free.
  private var slots: [UInt32] = []

  private static let null = UInt16.max
  private static let fixed = 16 + 8 + 8

  /// Number of leads.
  var count: Int { leads.count }

  // MARK: What is known

  /// - Parameters:
  ///   - rows: what `encode` appended for the leads of this property.
  ///   - unsettled: hashes of the ids of leads that a later stage has to see.
  init(property: UUID, rows: [UInt8], besides unsettled: Set<UInt64>) {
    self.property = property
    bytes = rows
    rows.withUnsafeBytes { rows in
      var start = 0
      while start < rows.count {
        let row = Row(rows, at: start)
        let hash = RecordEncoder.hash(row.id)
        if !unsettled.contains(hash) { leads.append(Lead(start: start, hash: hash)) }
        start = row.end
      }
    }
    var size = 16
    while size < leads.count * 2 { size *= 2 }
    slots = [UInt32](repeating: 0, count: leads.isEmpty ? 0 : size)
    for (index, lead) in leads.enumerated() {
      var slot = Int(truncatingIfNeeded: lead.hash) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  /// The columns of `agreed_leads.sql`; `encode` reads all but the first.
  static let columns = [
    "property_id", "resman_lead_id", "conversation_id", "base", "domiq_raw", "domiq_version",
    "domiq_told", "domiq_told_at", "resman_raw", "resman_version", "resman_told", "resman_told_at",
  ]

  /// Appends a row, unless a text is longer than a row can say: then the lead's records are staged.
  static func encode(_ row: inout BinaryCopyFields, to bytes: inout [UInt8]) throws {
    let start = bytes.count
    var fits = true
    func append(_ text: UnsafeRawBufferPointer?) {
      let length = text.map { UInt16(clamping: $0.count) } ?? null
      if text != nil, length == null { fits = false }
      withUnsafeBytes(of: length) { bytes.append(contentsOf: $0) }
      if let text { bytes.append(contentsOf: text) }
    }
    bytes.append(contentsOf: repeatElement(0, count: fixed))
    append(try row.next())  // id
    guard let conversation = try row.uuid() else {
      throw StoreError.unexpectedNull("conversation_id")
    }
    append(try row.next())  // base
    for _ in 0..<3 { append(try row.next()) }
    let domiqToldAt = try row.timestampMicroseconds() ?? .min
    for _ in 0..<3 { append(try row.next()) }
    let resmanToldAt = try row.timestampMicroseconds() ?? .min
    guard fits else {
      bytes.removeSubrange(start...)
      return
    }
    bytes.withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: conversation.uuid, toByteOffset: start, as: uuid_t.self)
      bytes.storeBytes(of: domiqToldAt, toByteOffset: start + 16, as: Int64.self)
      bytes.storeBytes(of: resmanToldAt, toByteOffset: start + 24, as: Int64.self)
    }
  }

  // MARK: What is shown

  /// Takes a record that shows nothing new, to be staged only if its lead turns out to be news.
  /// - Returns: false where the record has to be staged now.
  mutating func keeps(
    _ record: ShownRecord, of id: ShownRecord.Text, hash: UInt64, from system: Leads.System,
    leadScore: Double?, flags: Int16
  ) -> Bool {
    guard let index = find(id, hash) else { return false }
    let isAgain = leads[index].records[system].isThere
    let isNew = bytes.withUnsafeBytes { bytes in
      !record.showsNothingNew(since: Row(bytes, at: leads[index].start).kept(of: system))
    }
    if isAgain || isNew {
      leads[index].isNews = true
      return false
    }
    leads[index].records[system] = Record(
      leadScore: leadScore ?? 0, flags: flags, hasScore: leadScore != nil,
      isDescribed: record.told != nil, isThere: true)
    return true
  }

  private func find(_ id: ShownRecord.Text, _ hash: UInt64) -> Int? {
    guard !slots.isEmpty else { return nil }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if leads[index].hash == hash,
        bytes.withUnsafeBytes({ Row($0, at: leads[index].start).has(id) })
      {
        return index
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  // MARK: When both sides have ended

  /// Counts the leads of this part on which both sides agree, and passes on the records of the others.
  /// - Parameter isComplete: both systems showed the property whole; else every record has to be staged.
  func settle(
    _ part: Range<Int>, isComplete: Bool, into agreed: inout AgreedCount,
    stage: (Leads.System, Staging.Record) -> Void
  ) {
    bytes.withUnsafeBytes { bytes in
      for lead in leads[part] {
        let row = Row(bytes, at: lead.start)
        if isComplete, lead.records.domiq.isThere, lead.records.resman.isThere, !lead.isNews {
          agreed.add(lead.hash) { row.kept(of: $0).version }
          continue
        }
        for system in System.allCases where lead.records[system].isThere {
          let record = lead.records[system]
          let kept = row.kept(of: system)
          stage(
            system,
            Staging.Record(
              property: property, lead: row.id, conversation: kept.conversation,
              raw: kept.raw, status: Array(kept.base), version: kept.version,
              leadScore: record.hasScore ? record.leadScore : nil, flags: record.flags,
              problem: nil, description: record.isDescribed ? kept.told : nil))
        }
      }
    }
  }

  /// One row of `bytes`.
  private struct Row {
    private let bytes: UnsafeRawBufferPointer
    private let start: Int

    init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
      self.bytes = bytes
      self.start = start
    }

    var id: ShownRecord.Text {
      var texts = self.texts
      return texts.next()
    }

    /// Where the next row begins.
    var end: Int {
      var texts = self.texts
      for _ in 0..<8 { _ = texts.nextIfThere() }
      return texts.position
    }

    func has(_ id: ShownRecord.Text) -> Bool {
      let known = self.id
      guard known.count == id.count else { return false }
      guard let known = known.baseAddress, let sought = id.baseAddress else { return true }
      return memcmp(known, sought, id.count) == 0
    }

    func kept(of system: Leads.System) -> ShownRecord.Kept {
      var texts = self.texts
      _ = texts.next()
      let base = texts.next()
      if system == .resman { for _ in 0..<3 { _ = texts.nextIfThere() } }
      let (raw, version) = (texts.next(), texts.next())
      let toldAt = bytes.loadUnaligned(
        fromByteOffset: start + (system == .domiq ? 16 : 24), as: Int64.self)
      return ShownRecord.Kept(
        base: base, raw: raw, version: version,
        conversation: system == .domiq
          ? UUID(uuid: bytes.loadUnaligned(fromByteOffset: start, as: uuid_t.self)) : nil,
        told: texts.nextIfThere(), toldAt: toldAt == .min ? nil : toldAt)
    }

    private var texts: Texts { Texts(bytes: bytes, position: start + AgreedLeads.fixed) }
  }

  /// The texts of a row in their order: the id, the base, and of DomIQ and then of ResMan raw status, version and told
  /// description.
  private struct Texts {
    let bytes: UnsafeRawBufferPointer
    var position: Int

    mutating func next() -> ShownRecord.Text {
      nextIfThere() ?? ShownRecord.Text(start: nil, count: 0)
    }

    mutating func nextIfThere() -> ShownRecord.Text? {
      let length = bytes.loadUnaligned(fromByteOffset: position, as: UInt16.self)
      position += 2
      guard length != AgreedLeads.null else { return nil }
      let text = UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
      position += Int(length)
      return text.assumingMemoryBound(to: UInt8.self)
    }
  }
}

/// The same for the readers of both systems.
final class AgreedProperty: Sendable {
  let leads: Mutex<AgreedLeads>

  init(_ leads: AgreedLeads) {
    self.leads = Mutex(leads)
  }
}

/// The leads of a property that were not staged: both sides and the log agree on them.
struct AgreedCount: Sendable {
  /// From this version on an incremental pull has to show a lead again, in microseconds; null: never.
  private let recentSince: PerSystem<Int64?>
  private(set) var count = 0
  private(set) var recent = PerSystem { _ in 0 }
  /// Hashes of their ids.
  private(set) var hashes: [UInt64] = []

  /// - Parameter watermarks: where the next pulls begin.
  init(watermarks: PerSystem<Instant?>) {
    recentSince = PerSystem { Self.recentSince(watermarks[$0]) }
  }

  /// - Parameter version: by system.
  mutating func add(_ hash: UInt64, version: (Leads.System) -> ShownRecord.Text) {
    count += 1
    hashes.append(hash)
    for system in System.allCases where Self.isRecent(version(system), recentSince[system]) {
      recent[system] += 1
    }
  }

  /// The next incremental pull has to show a record of this version again.
  static func isRecent(_ version: String, watermark: Instant?) -> Bool {
    var version = version
    return version.withUTF8 { isRecent($0, recentSince(watermark)) }
  }

  private static func recentSince(_ watermark: Instant?) -> Int64? {
    watermark.map { $0.microseconds - Pull.overlap }
  }

  private static func isRecent(_ version: ShownRecord.Text, _ since: Int64?) -> Bool {
    guard let since, let at = Instant(utf8: version) else { return false }
    return at.microseconds >= since
  }
}

import Foundation
import Leads
import Store

/// Changes in the order of the log, partitioned by lead, so that one partition at a time is in memory. A partition that
/// grows too large is spilled to an unnamed file, which ends with the process.
struct ChangePartitions {
  private struct Part {
    var bytes: [UInt8] = []
    var file: FileHandle?
  }

  private var parts: [Part]
  private let most: Int
  /// Changes added.
  private(set) var rows = 0

  /// - Parameter rows: the expected number; determines the number of partitions.
  init(expecting rows: Int) {
    let count = min(max(rows / 1_000_000, 1), 512)
    parts = Array(repeating: Part(), count: count)
    most = max(32 << 20 / count, 1 << 16)
  }

  /// How many parts there are.
  var count: Int { parts.count }

  /// Adds a change.
  mutating func add(_ change: LoggedChange, of lead: UnsafeRawBufferPointer) throws {
    rows += 1
    let laid = SpilledChange(
      digest: FNV1a.hash(lead), change: change, length: UInt16(lead.count))
    let place = Int(laid.digest % UInt64(parts.count))
    withUnsafeBytes(of: laid) { parts[place].bytes.append(contentsOf: $0) }
    parts[place].bytes.append(contentsOf: lead)
    if parts[place].bytes.count > most { try store(place) }
  }

  private mutating func store(_ place: Int) throws {
    let file = try parts[place].file ?? FileHandle.nameless("changes")
    try file.write(contentsOf: parts[place].bytes)
    parts[place].file = file
    parts[place].bytes.removeAll(keepingCapacity: true)
  }

  /// Takes a partition: leads in the order of their bytes, which an index accepts fast, the changes of each by time and
  /// `seq`.
  mutating func take(
    _ place: Int, _ body: (UnsafeRawBufferPointer, [LoggedChange]) throws -> Void
  ) throws {
    guard let file = parts[place].file else {
      let bytes = parts[place].bytes
      parts[place] = Part()
      return try bytes.withUnsafeBytes { try Partition(bytes: $0).read(body) }
    }
    try store(place)
    try file.seek(toOffset: 0)
    let bytes = try file.readToEnd() ?? Data()
    parts[place] = Part()
    try bytes.withUnsafeBytes { try Partition(bytes: $0).read(body) }
  }
}

/// A change as it is stored; its lead's bytes follow.
private struct SpilledChange {
  var digest: UInt64
  var change: LoggedChange
  var length: UInt16
}

/// The changes of a partition, in the order in which they were added.
private struct Partition {
  let bytes: UnsafeRawBufferPointer

  private struct Place {
    var digest: UInt64
    var offset: Int
  }

  /// Calls the closure with each lead and its changes.
  func read(_ body: (UnsafeRawBufferPointer, [LoggedChange]) throws -> Void) throws {
    let places = byLead()
    var changes: [LoggedChange] = []
    for lead in leads(in: places) {
      changes.removeAll(keepingCapacity: true)
      for place in places[lead] { changes.append(laid(at: place.offset).change) }
      if !changes.indices.dropFirst().allSatisfy({ Self.precedes(changes[$0 - 1], changes[$0]) }) {
        changes.sort(by: Self.precedes)
      }
      try body(self.lead(at: places[lead.lowerBound].offset), changes)
    }
  }

  private static func precedes(_ a: LoggedChange, _ b: LoggedChange) -> Bool {
    (a.at, a.seq) < (b.at, b.seq)
  }

  /// The positions of the changes, grouped by lead, in the order in which they were added.
  private func byLead() -> [Place] {
    var places: [Place] = []
    places.reserveCapacity(bytes.count / (MemoryLayout<SpilledChange>.size + 8))
    var offset = 0
    while offset < bytes.count {
      let laid = laid(at: offset)
      places.append(Place(digest: laid.digest, offset: offset))
      offset += MemoryLayout<SpilledChange>.size + Int(laid.length)
    }
    places.sort { a, b in
      if a.digest != b.digest { return a.digest < b.digest }
      let order = Self.order(lead(at: a.offset), lead(at: b.offset))
      return order != 0 ? order < 0 : a.offset < b.offset
    }
    return places
  }

  /// The position of each lead, leads in order.
  private func leads(in places: [Place]) -> [Range<Int>] {
    var leads: [(beginning: UInt64, places: Range<Int>)] = []
    var start = 0
    while start < places.count {
      let lead = lead(at: places[start].offset)
      var end = start + 1
      while end < places.count, places[end].digest == places[start].digest,
        Self.order(self.lead(at: places[end].offset), lead) == 0
      {
        end += 1
      }
      leads.append((Self.beginning(of: lead), start..<end))
      start = end
    }
    leads.sort { a, b in
      if a.beginning != b.beginning { return a.beginning < b.beginning }
      return Self.order(
        lead(at: places[a.places.lowerBound].offset),
        lead(at: places[b.places.lowerBound].offset))
        < 0
    }
    return leads.map(\.places)
  }

  /// The first eight bytes as a number of the same order.
  private static func beginning(of lead: UnsafeRawBufferPointer) -> UInt64 {
    (0..<8).reduce(0) { $0 << 8 | UInt64($1 < lead.count ? lead[$1] : 0) }
  }

  private func laid(at offset: Int) -> SpilledChange {
    bytes.loadUnaligned(fromByteOffset: offset, as: SpilledChange.self)
  }

  private func lead(at offset: Int) -> UnsafeRawBufferPointer {
    let start = offset + MemoryLayout<SpilledChange>.size
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(laid(at: offset).length)])
  }

  private static func order(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    let common = min(a.count, b.count)
    if common > 0, let first = a.baseAddress, let second = b.baseAddress {
      let order = memcmp(first, second, common)
      if order != 0 { return Int(order) }
    }
    return a.count - b.count
  }
}

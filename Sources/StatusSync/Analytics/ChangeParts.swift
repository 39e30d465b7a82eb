import Foundation

/// Changes on their way out of the order of the log into that of leads. They wait parted by lead, so
/// that one part at a time is in memory; what a part has too much of stands in a file without a name,
/// which ends with the process.
struct ChangeParts {
  private struct Part {
    var bytes: [UInt8] = []
    var file: FileHandle?
  }

  private var parts: [Part]
  private let most: Int
  /// Changes laid down.
  private(set) var rows = 0

  /// - Parameter rows: how many are expected; decides into how many parts they are divided.
  init(expecting rows: Int) {
    let count = min(max(rows / 250_000, 1), 512)
    parts = Array(repeating: Part(), count: count)
    most = max(32 << 20 / count, 1 << 16)
  }

  /// How many parts there are.
  var count: Int { parts.count }

  /// Lays a change down.
  mutating func add(_ change: LoggedChange, of lead: UnsafeRawBufferPointer) throws {
    rows += 1
    let laid = LaidChange(
      digest: Self.digest(lead), length: UInt32(lead.count), change: change)
    let place = Int(laid.digest % UInt64(parts.count))
    withUnsafeBytes(of: laid) { parts[place].bytes.append(contentsOf: $0) }
    parts[place].bytes.append(contentsOf: lead)
    if parts[place].bytes.count > most { try store(place) }
  }

  /// FNV-1a.
  private static func digest(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return digest
  }

  private mutating func store(_ place: Int) throws {
    let file = try parts[place].file ?? Self.nameless()
    try file.write(contentsOf: parts[place].bytes)
    parts[place].file = file
    parts[place].bytes.removeAll(keepingCapacity: true)
  }

  private static func nameless() throws -> FileHandle {
    let url = FileManager.default.temporaryDirectory.appending(path: "changes-\(UUID().uuidString)")
    // Whether it could be made shows when it is opened.
    _ = FileManager.default.createFile(
      atPath: url.path(), contents: nil, attributes: [.posixPermissions: 0o600])
    defer { try? FileManager.default.removeItem(at: url) }
    return try FileHandle(forUpdating: url)
  }

  /// Takes a part out, lead by lead, the changes of each by time and `seq`.
  mutating func take(
    _ place: Int, _ body: (UnsafeRawBufferPointer, [LoggedChange]) throws -> Void
  ) throws {
    var bytes: [UInt8] = []
    if let file = parts[place].file {
      try file.seek(toOffset: 0)
      bytes = try [UInt8](file.readToEnd() ?? Data())
    }
    bytes += parts[place].bytes
    parts[place] = Part()
    try bytes.withUnsafeBytes { whole in
      let pile = Pile(bytes: whole)
      let order = pile.order()
      var changes: [LoggedChange] = []
      var start = 0
      while start < order.count {
        let lead = pile.lead(at: order[start].offset)
        changes.removeAll(keepingCapacity: true)
        while start < order.count, pile.isOf(lead, order[start].offset) {
          changes.append(pile.change(at: order[start].offset))
          start += 1
        }
        try body(lead, changes)
      }
    }
  }
}

/// A change as it is laid down; its lead's bytes follow.
private struct LaidChange {
  var digest: UInt64
  var length: UInt32
  var change: LoggedChange
}

/// The changes of a part, one behind the other.
private struct Pile {
  let bytes: UnsafeRawBufferPointer

  struct Place {
    var digest: UInt64
    var offset: Int
  }

  /// Where they stand: lead by lead, the changes of each by time and `seq`.
  func order() -> [Place] {
    var places: [Place] = []
    places.reserveCapacity(bytes.count / (MemoryLayout<LaidChange>.size + 8))
    var offset = 0
    while offset < bytes.count {
      let laid = laid(at: offset)
      places.append(Place(digest: laid.digest, offset: offset))
      offset += MemoryLayout<LaidChange>.size + Int(laid.length)
    }
    places.sort { a, b in a.digest != b.digest ? a.digest < b.digest : precedes(a.offset, b.offset)
    }
    return places
  }

  private func laid(at offset: Int) -> LaidChange {
    bytes.loadUnaligned(fromByteOffset: offset, as: LaidChange.self)
  }

  func change(at offset: Int) -> LoggedChange { laid(at: offset).change }

  func lead(at offset: Int) -> UnsafeRawBufferPointer {
    let start = offset + MemoryLayout<LaidChange>.size
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(laid(at: offset).length)])
  }

  func isOf(_ lead: UnsafeRawBufferPointer, _ offset: Int) -> Bool {
    Self.order(self.lead(at: offset), lead) == 0
  }

  /// Of two leads with one digest by their bytes.
  private func precedes(_ a: Int, _ b: Int) -> Bool {
    let order = Self.order(lead(at: a), lead(at: b))
    if order != 0 { return order < 0 }
    let (first, second) = (change(at: a), change(at: b))
    return (first.at ?? .min, first.seq) < (second.at ?? .min, second.seq)
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

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
    let place = parts.count == 1 ? 0 : Int(Self.digest(lead) % UInt64(parts.count))
    withUnsafeBytes(of: change) { parts[place].bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: UInt16(lead.count)) { parts[place].bytes.append(contentsOf: $0) }
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

  /// Takes a part out: its leads in the order of their bytes, the changes of each by time and `seq`.
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
      var laid = LaidChange.all(in: whole)
      laid.sort { LaidChange.precedes($0, $1, in: whole) }
      var start = 0
      var changes: [LoggedChange] = []
      while start < laid.count {
        let lead = laid[start].lead(in: whole)
        changes.removeAll(keepingCapacity: true)
        while start < laid.count, laid[start].isOf(lead, in: whole) {
          changes.append(laid[start].change(in: whole))
          start += 1
        }
        try body(lead, changes)
      }
    }
  }
}

/// Where in a part's bytes a change stands.
private struct LaidChange {
  /// The first eight bytes of its lead, as they are ordered.
  var beginning: UInt64
  var offset: Int

  private static let leadAt = MemoryLayout<LoggedChange>.size + MemoryLayout<UInt16>.size

  static func all(in bytes: UnsafeRawBufferPointer) -> [LaidChange] {
    var laid: [LaidChange] = []
    laid.reserveCapacity(bytes.count / (leadAt + 8))
    var offset = 0
    while offset < bytes.count {
      var change = LaidChange(beginning: 0, offset: offset)
      let lead = change.lead(in: bytes)
      for index in 0..<8 {
        change.beginning = change.beginning << 8 | UInt64(index < lead.count ? lead[index] : 0)
      }
      laid.append(change)
      offset += leadAt + lead.count
    }
    return laid
  }

  func change(in bytes: UnsafeRawBufferPointer) -> LoggedChange {
    bytes.loadUnaligned(fromByteOffset: offset, as: LoggedChange.self)
  }

  func lead(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let length = bytes.loadUnaligned(
      fromByteOffset: offset + MemoryLayout<LoggedChange>.size, as: UInt16.self)
    let start = offset + Self.leadAt
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(length)])
  }

  func isOf(_ lead: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Bool {
    Self.order(self.lead(in: bytes), lead) == 0
  }

  static func precedes(_ a: Self, _ b: Self, in bytes: UnsafeRawBufferPointer) -> Bool {
    if a.beginning != b.beginning { return a.beginning < b.beginning }
    let order = order(a.lead(in: bytes), b.lead(in: bytes))
    if order != 0 { return order < 0 }
    let (first, second) = (a.change(in: bytes), b.change(in: bytes))
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

import CSimdjson
import Leads

/// Writes a page of leads as the status API would send it, for systems that answer in another form: whatever is found in
/// it later is found by the one reader of pages.
struct LeadPageWriter {
  private(set) var bytes: [UInt8] = Array(#"{"leads":["#.utf8)
  private(set) var count = 0
  private var isFirstMember = true

  /// Begins the next lead; its members follow.
  mutating func begin() {
    bytes.append(contentsOf: count == 0 ? "{".utf8 : ",{".utf8)
    count += 1
    isFirstMember = true
  }

  mutating func end() { bytes.append(UInt8(ascii: "}")) }

  /// A record that is no object: it has no id, so that no absence is claimed.
  mutating func notAnObject() {
    bytes.append(contentsOf: count == 0 ? "1".utf8 : ",1".utf8)
    count += 1
  }

  /// Where the next lead begins, to go back there.
  var mark: (bytes: Int, count: Int) { (bytes.count, count) }

  /// Takes back what was written since.
  mutating func goBack(to mark: (bytes: Int, count: Int)) {
    bytes.removeLast(bytes.count - mark.bytes)
    count = mark.count
  }

  /// The whole page, the only one.
  /// - Parameters:
  ///   - total: how many records the system counts.
  ///   - zonelessTimes: times that named no zone; nil: the system names the zone of each.
  mutating func finish(total: Int, zonelessTimes: Int? = nil) -> [UInt8] {
    bytes.append(contentsOf: "],\"next_cursor\":null,\"total_count\":\(total)".utf8)
    if let zonelessTimes {
      bytes.append(contentsOf: ",\"zoneless_times\":\(zonelessTimes)".utf8)
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// The single lead, in place of the page.
  func lead() -> [UInt8] { Array(bytes.dropFirst(10)) }

  mutating func member(_ name: StaticString, _ value: String?) {
    guard var value else { return }
    key(name)
    value.withUTF8 { text($0) }
  }

  mutating func member(_ name: StaticString, number: Double?) {
    guard let number, number.isFinite else { return }
    key(name)
    bytes.append(contentsOf: "\(number)".utf8)
  }

  mutating func member(_ name: StaticString, whole: Int) {
    key(name)
    bytes.append(contentsOf: "\(whole)".utf8)
  }

  /// That there is a text matters, not which.
  mutating func presence(_ name: StaticString, _ isThere: Bool) {
    if isThere { member(name, "x") }
  }

  /// A fault that a record has in its own form, as the same fault of this one.
  mutating func fault(_ problem: UInt8) {
    switch RecordFault(rawValue: problem) {
    case .repeatedKey:
      member("status", "")
      member("status", "")
    case .tooLong: member("status", String(repeating: "x", count: 300))
    case .nul: member("status", "\0")
    default: member("status", number: 0)
    }
  }

  private mutating func key(_ name: StaticString) {
    if !isFirstMember { bytes.append(UInt8(ascii: ",")) }
    isFirstMember = false
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: "\":".utf8)
  }

  private mutating func text(_ value: UnsafeBufferPointer<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    JSON.appendEscaped(value, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }
}

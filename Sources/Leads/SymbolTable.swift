import Foundation

/// A number for a repeated text. The log's checks allow a dozen texts.
package typealias Symbol = Int16

/// The texts behind the symbols. The first seven are the canonical statuses in the order of `Status`,
/// so that up to `leased` the symbol is the rank.
package struct SymbolTable: Sendable {
  package private(set) var texts = Status.allCases.map(\.rawValue)
  /// The bytes of the texts one after the other, and where each ends: a rebuild looks up tens of millions.
  private var spelled: [UInt8] = []
  private var ends: [Int] = []

  package init() {
    for text in texts { spell(Array(text.utf8)) }
  }

  private mutating func spell(_ bytes: some Sequence<UInt8>) {
    spelled.append(contentsOf: bytes)
    ends.append(spelled.count)
  }

  /// The symbol of `new`.
  package static let new: Symbol = 0
  /// The symbol of `leased`.
  package static let leased = lost - 1
  /// The symbol of `lost`.
  package static let lost = Symbol(Status.allCases.count - 1)

  /// Whether the status is final, as in `Status.isTerminal`.
  package static func isTerminal(_ symbol: Symbol) -> Bool { symbol == leased || symbol == lost }

  /// The rank of a status, as in `Status.rank`.
  package static func rank(_ symbol: Symbol) -> Int32? { symbol < lost ? Int32(symbol) : nil }

  /// Whether the transition rules allow the move; false where either status is unknown.
  package static func allows(_ old: Symbol?, _ new: Symbol) -> Bool {
    guard let old, old <= lost, new <= lost else { return false }
    return allowed[Int(old) * Status.allCases.count + Int(new)]
  }

  private static let allowed = Status.allCases.flatMap { old in
    Status.allCases.map { old.allows($0) }
  }

  /// The symbol of a text, the same for the same bytes; nil for NULL.
  package mutating func symbol(_ bytes: UnsafeRawBufferPointer?) -> Symbol? {
    guard let bytes else { return nil }
    if let known = find(bytes) { return known }
    spell(bytes)
    texts.append(String(decoding: bytes, as: UTF8.self))
    return Symbol(texts.count - 1)
  }

  private func find(_ bytes: UnsafeRawBufferPointer) -> Symbol? {
    spelled.withUnsafeBytes { all in
      var start = 0
      for index in ends.indices {
        let end = ends[index]
        if end - start == bytes.count, Self.areEqual(all, from: start, bytes) {
          return Symbol(index)
        }
        start = end
      }
      return nil
    }
  }

  private static func areEqual(
    _ all: UnsafeRawBufferPointer, from start: Int, _ bytes: UnsafeRawBufferPointer
  ) -> Bool {
    guard let known = all.baseAddress, let sought = bytes.baseAddress else { return bytes.isEmpty }
    return memcmp(known + start, sought, bytes.count) == 0
  }

  /// The symbol of a text.
  package mutating func symbol(_ text: String) -> Symbol {
    var text = text
    return text.withUTF8 { symbol(UnsafeRawBufferPointer($0)) } ?? Self.lost
  }

  /// The text of a symbol, nil for none.
  package subscript(symbol: Symbol?) -> String? { symbol.map { texts[Int($0)] } }
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo): fast, the same in every process and on every machine. Not for what an
/// attacker may choose.
package enum FNV1a {
  package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    if let hash = bytes.withContiguousStorageIfAvailable(hash) { return hash }
    return hash(ContiguousArray(bytes))
  }

  /// The same of bytes in memory; not generic, because it runs for every record of a night.
  package static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = start
    for byte in bytes { hash = step(hash, byte) }
    return hash
  }

  /// The same of texts that are joined with a byte.
  package static func hash(_ texts: [String], joinedWith separator: UInt8) -> UInt64 {
    var hash = start
    for (number, text) in texts.enumerated() {
      if number > 0 { hash = step(hash, separator) }
      for byte in text.utf8 { hash = step(hash, byte) }
    }
    return hash
  }

  private static let start: UInt64 = 0xcbf2_9ce4_8422_2325

  private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo): fast, the same in every process and on every machine. Not for what an
/// attacker may choose.
package enum FNV1a {
  /// The hash of nothing.
  package static let offset: UInt64 = 0xcbf2_9ce4_8422_2325

  @inlinable
  package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash = offset
    add(bytes, to: &hash)
    return hash
  }

  /// Goes on with more bytes.
  @inlinable
  package static func add(_ bytes: some Sequence<UInt8>, to hash: inout UInt64) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }

  /// Goes on with a number.
  @inlinable
  package static func add(_ number: UInt64, to hash: inout UInt64) {
    withUnsafeBytes(of: number.littleEndian) { add($0, to: &hash) }
  }
}

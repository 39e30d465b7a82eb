import Glibc

internal import CLibCurl

/// The addresses to which a connection may be made. The rule checks the address about to be used, after the
/// name was resolved, so no name and no spelling of a number bypasses it.
package struct AddressRule: Sendable {
  /// 4 bytes for IPv4, 16 for IPv6, in network order.
  package let allows: @Sendable ([UInt8]) -> Bool

  /// A custom rule.
  package init(allows: @escaping @Sendable ([UInt8]) -> Bool) { self.allows = allows }

  /// Every address.
  package static let any = AddressRule { _ in true }

  /// Only addresses of the public internet: no loopback, private, link-local, shared, multicast,
  /// reserved or documentation address, and none that carries an IPv4 address within
  /// (IANA special-purpose address registries).
  package static let publicOnly = AddressRule { bytes in
    switch bytes.count {
    case 4: isPublic4(bytes)
    case 16: isPublic6(bytes)
    default: false
    }
  }

  private static func isPublic4(_ b: [UInt8]) -> Bool {
    switch (b[0], b[1], b[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _): false
    case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 18...19, _): false
    case (198, 51, 100), (203, 0, 113): false
    default: true
    }
  }

  /// Global unicast is 2000::/3; of it not 2001::/23 (Teredo and others), 2001:db8::/32 and
  /// 3fff::/20 (documentation), 2002::/16 (6to4).
  private static func isPublic6(_ b: [UInt8]) -> Bool {
    guard b[0] & 0xE0 == 0x20 else { return false }
    switch (b[0], b[1], b[2], b[3]) {
    case (0x20, 0x01, 0...1, _), (0x20, 0x01, 0x0D, 0xB8), (0x20, 0x02, _, _): return false
    case (0x3F, 0xFF, 0...0x0F, _): return false
    default: return true
    }
  }

  /// The bytes of the IPv4 or IPv6 address about to be connected to; empty for any other family.
  static func bytes(_ address: UnsafePointer<curl_sockaddr>) -> [UInt8] {
    let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 16
    let raw = UnsafeRawPointer(address) + offset
    switch address.pointee.family {
    case AF_INET:
      return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
    case AF_INET6:
      return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
    default: return []
    }
  }
}

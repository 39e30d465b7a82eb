import HTTP
import Testing

@Suite struct AddressRuleTests {
  private static func allows(_ address: String) -> Bool {
    let bytes: [UInt8]
    if address.contains(":") {
      var groups = address.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      if let gap = groups.firstIndex(of: ""), gap < groups.count - 1 {
        let rest = groups[(gap + 1)...].filter { !$0.isEmpty }
        let head = Array(groups[..<gap])
        groups = head + Array(repeating: "0", count: 8 - head.count - rest.count) + rest
      }
      let words = groups.map { UInt16($0, radix: 16) ?? 0 }
      bytes = words.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    } else {
      bytes = address.split(separator: ".").compactMap { UInt8($0) }
    }
    return AddressRule.publicOnly.allows(bytes)
  }

  @Test(arguments: [
    "8.8.8.8", "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.0.1",
    "172.32.0.1", "198.17.0.1", "223.255.255.255", "2606:4700:0:0:0:0:0:1111", "2a00:1450::1",
  ])
  func thePublicInternetIsAllowed(_ address: String) { #expect(Self.allows(address)) }

  @Test(arguments: [
    "0.0.0.0", "10.0.0.1", "127.0.0.1", "127.255.255.254", "100.64.0.1", "100.127.255.255",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.0.8", "192.0.2.1",
    "198.18.0.1", "198.19.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:0", "0:0:0:0:0:ffff:7f00:1", "fe80::1",
    "fc00::1", "fd12::1", "ff02::1", "64:ff9b::7f00:1", "2001:db8::1", "2001:0::1",
    "2002:7f00:1::1",
    "3fff::1", "",
  ])
  func everythingElseIsRefused(_ address: String) { #expect(!Self.allows(address)) }

  /// The rule checks the resolved address, so the spelling does not matter.
  @Test(arguments: [
    "https://127.0.0.1/x", "https://localhost/x", "https://127.1/x", "https://2130706433/x",
    "https://0x7f.1/x", "https://0177.0.0.1/x", "https://[::1]/x", "https://[::ffff:127.0.0.1]/x",
    "https://0/x", "https://169.254.169.254/latest/meta-data", "https://10.0.0.1:1/x",
    "http://93.184.216.34/x", "file:///etc/passwd", "gopher://127.0.0.1/x", "smtp://127.0.0.1/x",
  ])
  func nothingIsSentToAnInnerAddress(_ url: String) async {
    let post = WebPost(url: url, headers: [], body: "", rule: .publicOnly, timeoutSeconds: 5)
    #expect(await post.send() == .addressRefused)
  }

  @Test func nothingIsSentToAnInvalidAddress() async {
    for url in ["", "https://", "https://a b/", "nonsense:/"] {
      let end = await WebPost(url: url, headers: [], body: "", rule: .any, timeoutSeconds: 5).send()
      switch end {
      case .notSent, .addressRefused: break
      default: Issue.record("\(url): \(end)")
      }
    }
  }
}

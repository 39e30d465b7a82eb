/// A text from outside as one segment of a path, percent-encoded; nil for an empty text, `.` and `..`, which name the path
/// itself or its parent, encoded or not (RFC 3986, 5.2.4).
package func pathSegment(_ text: String) -> String? {
  isPathSegment(text.utf8) ? percentEncoded(text) : nil
}

/// Whether a text can be one segment of a path.
@inlinable
package func isPathSegment(_ text: some Sequence<UInt8>) -> Bool {
  !text.elementsEqual([]) && !text.elementsEqual([0x2E]) && !text.elementsEqual([0x2E, 0x2E])
}

/// A text with everything but unreserved characters percent-encoded, for a query or a form.
package func percentEncoded(_ text: String) -> String {
  var encoded = ""
  for byte in text.utf8 {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
  }
  return encoded
}

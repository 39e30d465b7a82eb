/// Reads `{a,"b \" c",NULL}`.
struct ArrayTextReader {
  let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The elements, nil for NULL; nil as a whole if the text is not such an array.
  mutating func elements() -> [[UInt8]?]? {
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "{"),
      bytes[bytes.count - 1] == UInt8(ascii: "}")
    else { return nil }
    if bytes.count == 2 { return [] }
    var found: [[UInt8]?] = []
    position = 1
    while position < bytes.count {
      guard let element = next() else { return nil }
      found.append(element)
      position += 1  // the comma or the closing brace
    }
    return found
  }

  /// One element, up to its comma or closing brace; outer nil if malformed.
  private mutating func next() -> [UInt8]?? {
    var text: [UInt8] = []
    if bytes[position] == UInt8(ascii: "\"") { return quoted() }
    while position < bytes.count, bytes[position] != UInt8(ascii: ","),
      bytes[position] != UInt8(ascii: "}")
    {
      guard bytes[position] != UInt8(ascii: "{") else { return nil }
      text.append(bytes[position])
      position += 1
    }
    guard position < bytes.count, !text.isEmpty else { return nil }
    return .some(text.elementsEqual("NULL".utf8) ? nil : text)
  }

  private mutating func quoted() -> [UInt8]?? {
    var text: [UInt8] = []
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") { position += 1 }
      guard position < bytes.count else { return nil }
      text.append(bytes[position])
      position += 1
    }
    position += 1
    guard position < bytes.count else { return nil }
    return .some(text)
  }
}

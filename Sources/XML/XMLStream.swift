internal import CLibXML2

/// A document that cannot be read.
package struct XMLFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// A few words without data.
  package var description: String
  /// It breaks a rule of XML, and not one of ours.
  var isOfXML = false

  package init(_ description: String) { self.description = description }
}

/// One document, read from its beginning to its end by libxml2's parser, which keeps nothing of it: nothing is fetched, no
/// document type is accepted, and so no entity is ever expanded.
package struct XMLStream: ~Copyable {
  /// Elements within elements at most.
  package static let maximumDepth = 64

  /// What is read one after the other.
  package enum Step: Sendable, Equatable {
    /// By its local name; its attributes can be asked for until the next step.
    case begin(String)
    /// The end of the element that began last and has not ended; also after an empty element.
    case end
    /// Character data, not only white space: what is between two tags, or one CDATA section.
    case text(String)
  }

  private let parser: xmlParserCtxtPtr
  /// The parser writes it while it parses.
  private let found: UnsafeMutablePointer<XMLSteps>
  private let document: UnsafeRawBufferPointer
  /// It is a cleaned copy: its texts may differ from the document's.
  package let isCleaned: Bool
  /// What of the document the parser has.
  private var parsed = 0
  /// The step after the present one.
  private var position = 0
  private static let chunk = 16_384

  private init(_ document: UnsafeRawBufferPointer, isCleaned: Bool) throws(XMLFault) {
    var handlers = XMLSteps.handlers
    let found = UnsafeMutablePointer<XMLSteps>.allocate(capacity: 1)
    guard let parser = xmlCreatePushParserCtxt(&handlers, found, nil, 0, nil) else {
      found.deallocate()
      throw XMLFault("no memory for a parser")
    }
    found.initialize(to: XMLSteps(parser: parser))
    let options =
      XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue
      | XML_PARSE_NOWARNING.rawValue
    xmlCtxtUseOptions(parser, Int32(options))
    self.found = found
    self.parser = parser
    self.document = document
    self.isCleaned = isCleaned
  }

  deinit {
    xmlFreeParserCtxt(parser)
    found.deinitialize(count: 1)
    found.deallocate()
  }

  /// Reads a document in memory.
  /// - Parameters:
  ///   - cleaning: a document that is not well-formed is read once more as a copy without the
  ///     characters that XML forbids (`cleaned`); `body` is then called a second time.
  /// - Throws: `XMLFault` where it is no whole, well-formed document; and what `body` throws.
  package static func read<T>(
    _ document: [UInt8], cleaning: Bool = false, _ body: (inout XMLStream) throws -> T
  ) throws -> T {
    do { return try read(document, isCleaned: false, body) } catch let fault as XMLFault {
      guard cleaning, fault.isOfXML, let copy = cleaned(document) else { throw fault }
      return try read(copy, isCleaned: true, body)
    }
  }

  private static func read<T>(
    _ document: [UInt8], isCleaned: Bool, _ body: (inout XMLStream) throws -> T
  ) throws -> T {
    guard !document.isEmpty else { throw XMLFault("no XML: it is empty") }
    guard document.count <= Int(Int32.max) else { throw XMLFault("too large") }
    return try document.withUnsafeBytes { bytes in
      var stream = try XMLStream(bytes, isCleaned: isCleaned)
      let result = try body(&stream)
      // What follows decides whether the document is whole.
      while try stream.next() != nil {}
      return result
    }
  }

  /// The next step; nil at the end of the document.
  package mutating func next() throws(XMLFault) -> Step? {
    while position == found.pointee.steps.count {
      if let fault = found.pointee.fault { throw fault }
      guard parsed < document.count else { return nil }
      parse()
    }
    position += 1
    return found.pointee.steps[position - 1].step
  }

  /// Takes the steps of the next part of the document.
  private mutating func parse() {
    found.pointee.removeAll()
    position = 0
    let size = min(Self.chunk, document.count - parsed)
    let part = document.baseAddress?.advanced(by: parsed).assumingMemoryBound(to: CChar.self)
    parsed += size
    xmlParseChunk(parser, part, Int32(size), parsed == document.count ? 1 : 0)
    guard found.pointee.fault == nil, parser.pointee.wellFormed == 0 else { return }
    let line = parser.pointee.input.map { Int($0.pointee.line) } ?? 0
    var fault = XMLFault("not well-formed XML at line \(line)")
    fault.isOfXML = true
    found.pointee.fault = fault
  }

  /// An attribute of the element that began with this step; nil where it has none of that name.
  package func attribute(_ name: String) -> String? {
    guard position > 0 else { return nil }
    let attributes = found.pointee.attributes[found.pointee.steps[position - 1].attributes]
    return attributes.first { $0.name == name }?.value
  }
}

/// What the parser found in one part of a document.
private struct XMLSteps {
  var steps: [(step: XMLStream.Step, attributes: Range<Int>)] = []
  /// Of all steps; those with a prefix are left out.
  var attributes: [(name: String, value: String)] = []
  /// Why the document is refused, behind the last of the steps.
  var fault: XMLFault?
  private let parser: xmlParserCtxtPtr
  /// Character data since the last tag.
  private var text: [UInt8] = []
  private var depth = 0

  init(parser: xmlParserCtxtPtr) { self.parser = parser }

  mutating func removeAll() {
    steps.removeAll(keepingCapacity: true)
    attributes.removeAll(keepingCapacity: true)
  }

  /// What libxml2 calls, with these steps as its context.
  static var handlers: xmlSAXHandler {
    var handlers = xmlSAXHandler()
    handlers.initialized = XML_SAX2_MAGIC
    handlers.startElementNs = { context, name, _, _, _, _, count, _, attributes in
      XMLSteps.of(context) { $0.begin(name, attributes, Int(count)) }
    }
    handlers.endElementNs = { context, _, _, _ in XMLSteps.of(context) { $0.end() } }
    let characters: charactersSAXFunc = { context, bytes, count in
      XMLSteps.of(context) { $0.add(bytes, Int(count)) }
    }
    handlers.characters = characters
    handlers.ignorableWhitespace = characters
    handlers.cdataBlock = { context, bytes, count in
      XMLSteps.of(context) { $0.section(bytes, Int(count)) }
    }
    handlers.internalSubset = { context, _, _, _ in
      XMLSteps.of(context) { $0.stop("it has a document type, which is refused") }
    }
    return handlers
  }

  private static func of(
    _ context: UnsafeMutableRawPointer?, _ body: (inout XMLSteps) -> Void
  ) {
    guard let context else { return }
    body(&context.assumingMemoryBound(to: XMLSteps.self).pointee)
  }

  /// - Parameter fields: five of each attribute: its name, prefix and namespace, and where its value begins and ends.
  private mutating func begin(
    _ name: UnsafePointer<xmlChar>?, _ fields: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?,
    _ count: Int
  ) {
    flush()
    depth += 1
    guard depth <= XMLStream.maximumDepth else { return stop("too deep") }
    let first = attributes.count
    for field in stride(from: 0, to: count * 5, by: 5) {
      guard let fields, let name = fields[field], fields[field + 1] == nil,
        let start = fields[field + 3], let end = fields[field + 4]
      else { continue }
      let bytes = UnsafeBufferPointer(start: start, count: end - start)
      let value = String(decoding: bytes, as: UTF8.self)
      // The parser leaves one character escaped, for those who expand entities later.
      let isEscaped = bytes.contains(UInt8(ascii: "&"))
      attributes.append(
        (String(cString: name), isEscaped ? value.replacing("&#38;", with: "&") : value))
    }
    steps.append((.begin(name.map { String(cString: $0) } ?? ""), first..<attributes.count))
  }

  private mutating func end() {
    flush()
    depth -= 1
    steps.append((.end, 0..<0))
  }

  private mutating func add(_ bytes: UnsafePointer<xmlChar>?, _ count: Int) {
    text.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
  }

  /// A CDATA section.
  private mutating func section(_ bytes: UnsafePointer<xmlChar>?, _ count: Int) {
    flush()
    let bytes = UnsafeBufferPointer(start: bytes, count: count)
    steps.append((.text(String(decoding: bytes, as: UTF8.self)), 0..<0))
  }

  private mutating func flush() {
    // Not only white space.
    if text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) {
      steps.append((.text(String(decoding: text, as: UTF8.self)), 0..<0))
    }
    text.removeAll(keepingCapacity: true)
  }

  private mutating func stop(_ reason: String) {
    fault = fault ?? XMLFault(reason)
    xmlStopParser(parser)
  }
}

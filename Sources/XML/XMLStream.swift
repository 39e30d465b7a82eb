internal import CLibXML2

/// A document that cannot be read.
package struct XMLFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// A few words without data.
  package var description: String
  /// It breaks a rule of XML, and not one of ours.
  var isOfXML = false

  package init(_ description: String) { self.description = description }
}

/// One document, read from its beginning to its end by libxml2's streaming reader: nothing is fetched, no document type is
/// accepted, and so no entity is ever expanded.
package struct XMLStream: ~Copyable {
  /// Elements within elements at most.
  package static let maximumDepth = 64

  /// What is read one after the other.
  package enum Step: Sendable, Equatable {
    /// By its local name; its attributes can be asked for until the next step.
    case begin(String)
    /// The end of the element that began last and has not ended; also after an empty element.
    case end
    /// Character data, not only white space.
    case text(String)
  }

  private let reader: xmlTextReaderPtr
  /// It is a cleaned copy: its texts may differ from the document's.
  package let isCleaned: Bool
  /// The present element is empty: it ends without a step of the reader.
  private var isEmpty = false

  private init(_ reader: xmlTextReaderPtr, isCleaned: Bool) {
    self.reader = reader
    self.isCleaned = isCleaned
  }

  deinit { xmlFreeTextReader(reader) }

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
    let options =
      XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue
      | XML_PARSE_NOWARNING.rawValue
    return try document.withUnsafeBytes { bytes in
      guard
        let reader = xmlReaderForMemory(
          bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), nil, nil,
          Int32(options))
      else { throw XMLFault("no memory for a parser") }
      var stream = XMLStream(reader, isCleaned: isCleaned)
      let result = try body(&stream)
      // What follows decides whether the document is whole.
      while try stream.next() != nil {}
      return result
    }
  }

  /// The next step; nil at the end of the document.
  package mutating func next() throws(XMLFault) -> Step? {
    if isEmpty {
      isEmpty = false
      return .end
    }
    while true {
      switch xmlTextReaderRead(reader) {
      case 1: break
      case 0: return nil
      default:
        var fault = XMLFault("not well-formed XML at line \(line)")
        fault.isOfXML = true
        throw fault
      }
      switch UInt32(bitPattern: xmlTextReaderNodeType(reader)) {
      case XML_READER_TYPE_ELEMENT.rawValue:
        guard xmlTextReaderDepth(reader) < Self.maximumDepth else { throw XMLFault("too deep") }
        isEmpty = xmlTextReaderIsEmptyElement(reader) == 1
        return .begin(Self.text(xmlTextReaderConstLocalName(reader)))
      case XML_READER_TYPE_END_ELEMENT.rawValue: return .end
      case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue:
        return .text(Self.text(xmlTextReaderConstValue(reader)))
      case XML_READER_TYPE_DOCUMENT_TYPE.rawValue, XML_READER_TYPE_ENTITY_REFERENCE.rawValue,
        XML_READER_TYPE_ENTITY.rawValue:
        throw XMLFault("it has a document type, which is refused")
      default: continue
      }
    }
  }

  /// An attribute of the element that began with this step; nil where it has none of that name.
  package func attribute(_ name: String) -> String? {
    guard let value = xmlTextReaderGetAttribute(reader, name) else { return nil }
    defer { status_sync_xml_free(value) }
    return Self.text(value)
  }

  private var line: Int { Int(xmlTextReaderGetParserLineNumber(reader)) }

  private static func text(_ bytes: UnsafePointer<xmlChar>?) -> String {
    bytes.map { String(cString: $0) } ?? ""
  }
}

import Foundation
import Testing

import XML

@Suite struct XMLStreamTests {
  /// The steps of a document, as lines.
  private static func steps(_ text: String) throws -> [String] {
    try XMLStream.read(Array(text.utf8)) { stream in
      var steps: [String] = []
      while let step = try stream.next() {
        switch step {
        case .begin(let name):
          let id = stream.attribute("id").map { " id=\($0)" } ?? ""
          steps.append("<\(name)\(id)>")
        case .end: steps.append("</>")
        case .text(let text): steps.append(text)
        }
      }
      return steps
    }
  }

  @Test func elementsTextAndAttributesComeInOrder() throws {
    let text = """
      <?xml version="1.0"?>
      <a id="1&amp;2"> <x:b xmlns:x="urn:x"/><!-- no --><c>one &lt; two<![CDATA[ & three]]></c>
      </a>
      """
    #expect(
      try Self.steps(text) == [
        "<a id=1&2>", "<b>", "</>", "<c>", "one < two", " & three", "</>", "</>",
      ])
  }

  @Test(arguments: [
    "", "<a>", "<a></b>", "<a>&unknown;</a>", "<a/><b/>", "not XML", "<a>\u{1}</a>", "<a", "<a b/>",
  ])
  func whatIsNotWholeIsRefused(_ text: String) {
    #expect(throws: XMLFault.self) { try Self.steps(text) }
  }

  /// Entities that would grow without limit, and one that reads a file: the document type itself is refused.
  @Test(arguments: [
    """
    <!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;">]><a>&z;</a>
    """,
    "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
    "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>",
    "<!DOCTYPE a [<!ENTITY x \"y\">]><a b=\"&x;\"/>",
  ])
  func aDocumentTypeIsRefused(_ text: String) {
    #expect(throws: XMLFault("it has a document type, which is refused")) {
      try Self.steps(text)
    }
  }

  @Test func depthIsLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(try Self.steps(nested(XMLStream.maximumDepth)).count == 2 * XMLStream.maximumDepth)
    #expect(throws: XMLFault("too deep")) { try Self.steps(nested(XMLStream.maximumDepth + 1)) }
    #expect(throws: XMLFault.self) { try Self.steps(nested(100_000)) }
  }

  /// A body that stops early does not keep a broken rest from being found.
  @Test func theWholeDocumentIsReadWhateverTheBodyReads() {
    #expect(throws: XMLFault.self) {
      try XMLStream.read(Array("<a><b/></a".utf8)) { try $0.next() }
    }
  }
}

import Foundation
import Testing

import XML

@Suite struct XMLStreamTests {
  /// The steps of a document, as lines.
  private static func steps(_ text: String, cleaning: Bool = false) throws -> [String] {
    try steps(Array(text.utf8), cleaning: cleaning)
  }

  private static func steps(_ document: [UInt8], cleaning: Bool) throws -> [String] {
    try XMLStream.read(document, cleaning: cleaning) { stream in
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

  /// Characters that XML forbids, as such and as references, become spaces where that is wished; nothing else changes.
  @Test func forbiddenCharactersBecomeSpaces() throws {
    let text = "<a id=\"1&#0;2\">x\u{1}y&#x1F;z&#xFFFE;\u{FFFF}&#65;&#x42;&#9;&amp;#1;</a>"
    #expect(throws: XMLFault.self) { try Self.steps(text) }
    #expect(try Self.steps(text, cleaning: true) == ["<a id=1 2>", "x y z  AB\t&#1;", "</>"])
    let bytes = Array("<a>\u{E9}".utf8) + [0xFF] + Array("</a>".utf8)
    #expect(throws: XMLFault.self) { try Self.steps(bytes, cleaning: false) }
    #expect(try Self.steps(bytes, cleaning: true) == ["<a>", "\u{E9}\u{FFFD}", "</>"])
    #expect(try Self.steps("<a>\u{E9}</a>", cleaning: true) == ["<a>", "\u{E9}", "</>"])
  }

  /// A whole document is not cleaned, and one of another encoding is not touched.
  @Test func onlyABrokenDocumentOfUTF8IsCleaned() throws {
    func isCleaned(_ text: String) throws -> Bool {
      try XMLStream.read(Array(text.utf8), cleaning: true) { $0.isCleaned }
    }
    #expect(try !isCleaned("<a>&#x9;</a>"))
    #expect(try isCleaned("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\u{1}</a>"))
    #expect(throws: XMLFault.self) {
      try isCleaned("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\u{1}</a>")
    }
  }

  /// What is refused stays refused when it is cleaned.
  @Test(arguments: [
    "<a>\u{1}", "<a>&unknown;\u{1}</a>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>\u{1}&x;</a>",
    "<a>&#;</a>", "<a>&#x;\u{1}</a>",
    String(repeating: "<a>", count: 65) + "\u{1}" + String(repeating: "</a>", count: 65),
  ])
  func cleaningAllowsNothingElse(_ text: String) {
    #expect(throws: XMLFault.self) { try Self.steps(text, cleaning: true) }
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

import Leads
import Testing

@testable import API  // uses `StrictJSON`, internal

@Suite struct StrictJSONTests {
  @Test(arguments: [
    (#"{"a":[1,-2.5,1e3,true,null,"x\n\ud83d\ude00"]}"#, true), ("1", true), (#""""#, true),
    (" [ ] ", true), ("01", false), ("1.", false), (".5", false), ("+1", false), ("-", false),
    ("1e999", false), ("[1,]", false), ("{a:1}", false), (#"{"a":1,}"#, false), ("nul", false),
    (#""\x""#, false), (#""\u12""#, false), (#""\udc00""#, false), (#""\ud800\u0041""#, false),
    (#""\u0000""#, false), ("\"a\tb\"", false), (#"{"a":1,"a":2}"#, false), ("", false),
    (#"{"a":1,"\u0061":2}"#, false), ("[1] 2", false), ("\u{FEFF}1", false), ("NaN", false),
  ])
  func readsWhatIsJSONAndNothingElse(_ text: String, _ isJSON: Bool) {
    #expect(((try? StrictJSON.parse(Array(text.utf8))) != nil) == isJSON)
  }

  @Test func theDepthIsBounded() {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect((try? StrictJSON.parse(nested(32))) != nil)
    #expect((try? StrictJSON.parse(nested(33))) == nil)
    #expect((try? StrictJSON.parse(nested(30_000))) == nil)
  }

  @Test func numbersKeepTheirKind() throws {
    #expect(try StrictJSON.parse(Array("12".utf8)) == .integer(12))
    #expect(try StrictJSON.parse(Array("1.5".utf8)) == .number(1.5))
    #expect(try StrictJSON.parse(Array("99999999999999999999".utf8)) == .number(1e20))
    #expect((try? StrictJSON.parse([0x22, 0xC3, 0x28, 0x22])) == nil)
  }
}

import CSV
import Testing

private func text(_ rows: [[CSVField]], excel: Bool = false) -> String {
  var writer = CSVWriter(excel: excel)
  for row in rows { writer.row(row) }
  return String(decoding: writer.take(), as: UTF8.self)
}

@Suite struct WriterTests {
  @Test(arguments: [
    (CSVField.null, ""), (.text(""), "\"\""), (.text("plain"), "plain"), (.text("a,b"), "\"a,b\""),
    (.text("say \"hi\""), "\"say \"\"hi\"\"\""), (.text("two\nlines"), "\"two\nlines\""),
    (.text(" edge "), "\" edge \""), (.number("-1.5"), "-1.5"), (.text("-1.5"), "-1.5"),
    (.text("żółć"), "żółć"), (.integer(nil), ""), (.integer(7), "7"), (.optional(nil), ""),
  ])
  func field(_ field: CSVField, _ expected: String) {
    #expect(text([[field, .text("x")]]) == expected + ",x\r\n")
  }

  @Test func bytesAreTakenOnce() {
    var writer = CSVWriter()
    writer.row([.text("a")])
    #expect(writer.byteCount == 3)
    #expect(writer.take() == Array("a\r\n".utf8))
    #expect(writer.take().isEmpty)
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
  func excelDefusesTexts(_ formula: String) {
    let written = text([[.text(formula), .number("-1")]], excel: true)
    #expect(written.utf8.starts(with: [0xEF, 0xBB, 0xBF]))
    #expect(written.contains("'" + formula))
    #expect(written.hasSuffix(",-1\r\n"))
  }
}

@Suite struct ReaderTests {
  @Test func readsWhatTheWriterWrote() throws {
    let fields: [[CSVField]] = [
      [.text("id"), .text("name"), .text("note")],
      [.text("1"), .null, .text("")],
      [.text("2"), .text("a,\"b\"\r\nc"), .text(" d ")],
    ]
    let rows = try CSVReader.rows(of: Array(text(fields).utf8))
    #expect(rows == [["id", "name", "note"], ["1", nil, ""], ["2", "a,\"b\"\r\nc", " d "]])
  }

  @Test(arguments: 1...7)
  func piecesOfAnySize(_ size: Int) throws {
    let whole = Array("a,b\r\n\"x\r\ny\",żółć\r\n1,2".utf8)
    var reader = try CSVReader()
    var rows: [[String?]] = []
    for start in stride(from: 0, to: whole.count, by: size) {
      rows += try reader.read(Array(whole[start..<min(start + size, whole.count)]))
    }
    rows += try reader.finish()
    #expect(rows == [["a", "b"], ["x\r\ny", "żółć"], ["1", "2"]])
  }

  @Test func aMegabyteFieldSurvives() throws {
    let long = String(repeating: "ä\"", count: 500_000)
    let written = text([[.text("h")], [.text(long)]])
    #expect(try CSVReader.rows(of: Array(written.utf8)) == [["h"], [long]])
  }

  @Test(arguments: [
    ("a,b\n1\n", CSVError.fields(line: 2, expected: 2, found: 1)),
    ("a,b\n1,2,3\n", .fields(line: 2, expected: 2, found: 3)),
    ("a,b\n\"open,2\n", .malformed(line: 2)), ("a\n\"x\"y\n", .malformed(line: 2)),
    ("a\nx\"y\n", .malformed(line: 2)), ("\u{FEFF}a\n", .byteOrderMark),
    ("a\nx\u{0}y\n", .nul(line: 1)),
  ])
  func whatIsNotCSVIsAnError(_ text: String, _ expected: CSVError) {
    #expect(throws: expected) { try CSVReader.rows(of: Array(text.utf8)) }
  }

  @Test func invalidUTF8IsAnError() {
    #expect(throws: CSVError.encoding(line: 2)) {
      try CSVReader.rows(of: Array("a\n".utf8) + [0xC3, 0x28, 0x0A])
    }
  }
}

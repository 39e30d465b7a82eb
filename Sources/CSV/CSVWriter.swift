import CLibCSV

/// Writes RFC 4180: comma, CRLF, UTF-8. libcsv quotes fields where necessary.
package struct CSVWriter: Sendable {
  private var bytes: [UInt8] = []
  private let isForExcel: Bool

  /// - Parameter excel: starts with a byte-order mark, and puts `'` before texts that a
  ///   spreadsheet would take for a formula. Numbers are left as they are.
  package init(excel: Bool = false) {
    isForExcel = excel
    if excel { bytes = [0xEF, 0xBB, 0xBF] }
  }

  /// Bytes written and not yet taken.
  package var byteCount: Int { bytes.count }

  /// Adds one row.
  package mutating func row(_ fields: [CSVField]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(0x2C) }
      switch field {
      case .null: break
      case .number(let text): bytes.append(contentsOf: text.utf8)
      case .text(let text): append(isForExcel && Self.looksLikeFormula(text) ? "'" + text : text)
      }
    }
    bytes.append(contentsOf: [0x0D, 0x0A])
  }

  /// What was written since the last call.
  package mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  private mutating func append(_ text: String) {
    var text = text
    let isPlain = text.withUTF8 { utf8 in
      !utf8.isEmpty
        && !utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }
        && utf8.first != 0x20 && utf8.last != 0x20
    }
    guard !isPlain else { return bytes.append(contentsOf: text.utf8) }
    text.withUTF8 { source in
      // Without room, csv_write2 returns how many bytes it needs.
      let needed = csv_write2(nil, 0, source.baseAddress, source.count, 0x22)
      let quoted = [UInt8](unsafeUninitializedCapacity: needed) { target, count in
        count = csv_write2(target.baseAddress, needed, source.baseAddress, source.count, 0x22)
      }
      bytes.append(contentsOf: quoted)
    }
  }

  /// Texts that spreadsheets evaluate: they start with `=`, `+`, `-`, `@`, TAB or CR.
  static func looksLikeFormula(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    return [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first)
  }
}

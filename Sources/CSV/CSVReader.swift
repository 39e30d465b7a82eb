import CLibCSV

/// Reads RFC 4180 strictly, in pieces of any size. NULL and `""` are different; text that is not CSV is an
/// error with its line.
package struct CSVReader: ~Copyable {
  private var parser = csv_parser()
  private let state = State()

  /// The row being read; libcsv's callbacks reach it through a pointer.
  private final class State {
    var row: [String?] = []
    var rows: [[String?]] = []
    var line = 1
    var expected: Int?
    var fault: CSVError?
    var hasStarted = false
  }

  /// - Throws: `CSVError.outOfMemory`.
  package init() throws(CSVError) {
    let options = UInt8(CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL)
    guard csv_init(&parser, options) == 0 else { throw .outOfMemory }
    // Spaces belong to the data; libcsv would trim them.
    csv_set_space_func(&parser) { _ in 0 }
  }

  deinit {
    var parser = parser
    csv_free(&parser)
  }

  /// Reads one piece; returns the rows that it completed. The first row sets the number of fields.
  package mutating func read(_ piece: [UInt8]) throws(CSVError) -> [[String?]] {
    if !state.hasStarted, !piece.isEmpty {
      state.hasStarted = true
      if piece.starts(with: [0xEF, 0xBB, 0xBF]) { throw .byteOrderMark }
    }
    if piece.contains(0) { throw .nul(line: state.line) }
    let context = Unmanaged.passUnretained(state).toOpaque()
    let taken = csv_parse(&parser, piece, piece.count, Self.field, Self.endOfRow, context)
    return try delivered(isWhole: taken == piece.count)
  }

  /// Ends the text; returns the last row if it had no line break.
  package mutating func finish() throws(CSVError) -> [[String?]] {
    let context = Unmanaged.passUnretained(state).toOpaque()
    let result = csv_fini(&parser, Self.field, Self.endOfRow, context)
    return try delivered(isWhole: result == 0)
  }

  /// Reads a whole text.
  package static func rows(of text: [UInt8]) throws(CSVError) -> [[String?]] {
    var reader = try CSVReader()
    let first = try reader.read(text)
    return first + (try reader.finish())
  }

  private mutating func delivered(isWhole: Bool) throws(CSVError) -> [[String?]] {
    if let fault = state.fault { throw fault }
    guard isWhole else { throw .malformed(line: state.line) }
    defer { state.rows = [] }
    return state.rows
  }

  private static let field:
    @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?)
      -> Void = { bytes, count, context in
        guard let context else { return }
        let state = Unmanaged<State>.fromOpaque(context).takeUnretainedValue()
        guard let bytes else { return state.row.append(nil) }
        let utf8 = UnsafeRawBufferPointer(start: bytes, count: count)
        if let text = String(validating: utf8, as: UTF8.self) {
          state.row.append(text)
        } else {
          state.fault = state.fault ?? .encoding(line: state.line)
          state.row.append(nil)
        }
      }

  private static let endOfRow: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = {
    _, context in
    guard let context else { return }
    let state = Unmanaged<State>.fromOpaque(context).takeUnretainedValue()
    let expected = state.expected ?? state.row.count
    state.expected = expected
    if state.row.count != expected {
      state.fault =
        state.fault
        ?? .fields(line: state.line, expected: expected, found: state.row.count)
    }
    if state.fault == nil { state.rows.append(state.row) }
    state.line += 1
    state.row = []
  }
}

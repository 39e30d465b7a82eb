import Foundation

extension OutputDirectory {
  /// The files below a directory of reports that hold a lead's id, found by its bytes, not as part of a longer id. A
  /// workbook is compressed: it is named where a file of its report is.
  /// - Returns: paths that begin with the directory's, sorted; none where there is no such directory.
  package static func files(holding lead: String, below path: String) throws -> [String] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    else { return [] }
    return try create(at: path).files(holding: Data(lead.utf8)).map { "\(path)/\($0)" }
  }

  private func files(holding id: Data) throws -> [String] {
    let names = try names()
    var found: [String] = []
    for name in names {
      switch try kind(of: name) {
      case .file where holds(name, id): found.append(name)
      case .directory:
        found += try openDirectory(name).files(holding: id).map { "\(name)/\($0)" }
      default: break
      }
    }
    if !found.isEmpty { found += names.filter { $0.hasSuffix(".xlsx") } }
    return Set(found).sorted()
  }

  private func holds(_ name: String, _ id: Data) -> Bool {
    guard let data = mapped(name) else { return false }
    var rest = data.startIndex..<data.endIndex
    while let match = data.range(of: id, in: rest) {
      let isWhole =
        (match.lowerBound == data.startIndex || !Self.isOfAnID(data[match.lowerBound - 1]))
        && (match.upperBound == data.endIndex || !Self.isOfAnID(data[match.upperBound]))
      if isWhole { return true }
      rest = match.upperBound..<data.endIndex
    }
    return false
  }

  /// Letters, digits, `-` and `_`: next to them, the bytes are part of another id.
  private static func isOfAnID(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }
}

import Foundation
import Pages

extension OutputDirectory {
  /// The files below a directory of reports that hold a lead's id or one of some words, found by their bytes, not as part
  /// of a longer id or word. A workbook is compressed: it is named where a file of its report is.
  /// - Parameter words: sources or reasons, as CSV files have them, or as pages do.
  /// - Returns: paths that begin with the directory's, sorted, or nil where it could not be opened; and why it, or the
  ///   first of what is in it, was not looked at, or nil where everything was.
  package static func files(
    holding lead: String, words: [String] = [], below path: String
  ) -> (files: [String]?, failure: ReportError?) {
    do throws(ReportError) {
      let directory = try existing(at: path)
      var failure: ReportError?
      let forms: [String] = words.flatMap {
        [$0.replacing("\"", with: "\"\""), HTML.escape(Formatting.cut($0))]
      }
      let texts = Set(([lead] + forms).map { Data($0.utf8) })
      let files = directory.files(holding: texts, &failure)
      return (files.map { "\(path)/\($0)" }, failure)
    } catch {
      return (nil, error)
    }
  }

  private func files(holding texts: Set<Data>, _ failure: inout ReportError?) -> [String] {
    var names: [String] = []
    do throws(ReportError) { names = try self.names() } catch { failure = failure ?? error }
    var found: [String] = []
    for name in names {
      do throws(ReportError) {
        switch try kind(of: name) {
        case .file: if try holds(name, texts) { found.append(name) }
        case .directory:
          let inner = try openDirectory(name)
          found += inner.files(holding: texts, &failure).map { "\(name)/\($0)" }
        default: break
        }
      } catch { failure = failure ?? error }
    }
    if !found.isEmpty { found += names.filter { $0.hasSuffix(".xlsx") } }
    return Set(found).sorted()
  }

  private func holds(_ name: String, _ texts: Set<Data>) throws(ReportError) -> Bool {
    guard let data = try mapped(name) else { return false }
    return texts.contains { Self.isWhole($0, in: data) }
  }

  private static func isWhole(_ text: Data, in data: Data) -> Bool {
    var rest = data.startIndex..<data.endIndex
    while let match = data.range(of: text, in: rest) {
      let isWhole =
        (match.lowerBound == data.startIndex || !isOfAnID(data[match.lowerBound - 1]))
        && (match.upperBound == data.endIndex || !isOfAnID(data[match.upperBound]))
      if isWhole { return true }
      rest = match.upperBound..<data.endIndex
    }
    return false
  }

  /// Letters, digits, `-` and `_`: next to them, the bytes are part of another id or word.
  private static func isOfAnID(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }
}

import Foundation
import Outputs
import Pages

/// What a report wrote, and where.
package struct ReportSummary: Codable, Sendable, Equatable {
  /// The folder of the day, as a path.
  package var directory: String
  /// The day it is of.
  package var day: String
  /// Every file but the manifest, in the order written.
  package var files: [WrittenFile]
}

extension ReportSummary {
  /// The workbook in the folder, as a path; null where none was written.
  package var workbook: String? {
    let name = ReportWorkbook.name(day: day)
    return files.contains { $0.name == name } ? "\(directory)/\(name)" : nil
  }

  /// Where a page is to be seen: that of the property where there is one, else the portfolio's; null where no base
  /// is configured.
  package func link(under base: String, of property: (id: UUID, name: String?)?) -> String? {
    guard !base.isEmpty else { return nil }
    let folder = directory.split(separator: "/").last.map(String.init) ?? day
    let own = property.map { property in
      PageNames.files(of: (property.id.uuidString.lowercased(), property.name))
        .map { "\(PageNames.folder)/\($0)" }
    }
    let page = own?.first { page in files.contains { $0.name == page } }
    let path = "\(folder)/\(page ?? "summary.html")"
    return base + "/"
      + (path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)
  }
}

/// `manifest.json`: what the folder holds, so that a reader can check it.
package struct ReportManifest: Codable, Equatable {
  /// The program that wrote the folder; pruning removes no other folder.
  static let generator = "status-sync"

  var generator = Self.generator
  package var as_of: String
  package var day: String
  package var files: [WrittenFile]
}

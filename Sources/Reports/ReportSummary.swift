import Outputs

/// What a report wrote, and where.
package struct ReportSummary: Codable, Sendable, Equatable {
  /// The folder of the day, as a path.
  package var directory: String
  /// The day it is of.
  package var day: String
  /// Every file but the manifest, in the order written.
  package var files: [WrittenFile]
  /// Day folders that were removed because they were older than they are kept.
  package var pruned: [String]
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

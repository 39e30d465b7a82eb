/// One file of a report as it was written.
public struct WrittenFile: Codable, Sendable, Equatable {
  /// The path inside the report's folder, `funnel.csv` or `excel/funnel.csv`.
  public var name: String
  /// Data rows, the header apart; nil for files that are not tables.
  public var rows: Int?
  /// Size.
  public var bytes: Int
  /// SHA-256 of the content, lower-case hexadecimal.
  public var sha256: String

  /// One file as it was written.
  public init(name: String, rows: Int?, bytes: Int, sha256: String) {
    self.name = name
    self.rows = rows
    self.bytes = bytes
    self.sha256 = sha256
  }
}

/// What a report wrote, and where.
public struct ReportSummary: Codable, Sendable, Equatable {
  /// The folder of the day, as a path.
  public var directory: String
  /// The day it is of.
  public var day: String
  /// Every file but the manifest, in the order written.
  public var files: [WrittenFile]
  /// Day folders that were removed because they were older than they are kept.
  public var pruned: [String]
}

/// `manifest.json`: what the folder holds, so that a reader can check it.
struct ReportManifest: Codable, Equatable {
  /// The program that wrote the folder; pruning removes no other folder.
  static let generator = "status-sync"

  var generator = Self.generator
  var as_of: String
  var day: String
  var files: [WrittenFile]
}

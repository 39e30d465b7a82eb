/// One file of a report as it was written.
package struct WrittenFile: Codable, Sendable, Equatable {
  /// The path inside the report's folder, `funnel.csv` or `excel/funnel.csv`.
  package var name: String
  /// Data rows, the header apart; nil for files that are not tables.
  package var rows: Int?
  /// Size.
  package var bytes: Int
  /// SHA-256 of the content, lower-case hexadecimal.
  package var sha256: String

  /// One file as it was written.
  package init(name: String, rows: Int?, bytes: Int, sha256: String) {
    self.name = name
    self.rows = rows
    self.bytes = bytes
    self.sha256 = sha256
  }
}

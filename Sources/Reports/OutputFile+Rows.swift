import Crypto
import CSV
import Foundation
import Leads
import Outputs
import Postgres

extension OutputFile {
  /// The line of names.
  package var header: [CSVField] { columns.map { .text($0.name) } }

  /// Every row as the file's cells, in the file's order.
  package func forEachRow(
    asOf: Instant, runID: UUID?, property: UUID? = nil, on db: isolated PostgresConnection,
    _ body: ([CSVField]) throws -> Void
  ) throws {
    let isText = textColumns
    let statement = Array(select(asOf: asOf, runID: runID, property: property).utf8)
    try db.copyOutRows(statement, columns: columns.map(\.name)) { row in
      var fields: [CSVField] = []
      fields.reserveCapacity(isText.count)
      for isText in isText {
        let cell = try row.string()
        fields.append(cell.map { isText ? .text($0) : .number($0) } ?? .null)
      }
      try body(fields)
    }
  }

  /// SHA-256 of the file as it would be written now, in lower-case hexadecimal.
  package func digest(
    asOf: Instant, runID: UUID?, on db: isolated PostgresConnection
  ) throws -> String {
    var hash = SHA256()
    var writer = CSVWriter(excel: false)
    writer.row(header)
    try forEachRow(asOf: asOf, runID: runID, on: db) { fields in
      writer.row(fields)
      if writer.byteCount > 1 << 16 { hash.update(data: writer.take()) }
    }
    hash.update(data: writer.take())
    return hash.finalize().hexadecimal
  }

  /// False for the list of all leads, which is for programs.
  var isForSpreadsheets: Bool { name != DataDictionary.leads.name }

  /// True where the rows are those of one measurement.
  package var isOfAMeasurement: Bool {
    if case .metric = source { return true }
    return false
  }

  /// True where the rows do not change after the run; those of the review queue do, and leads are read as they are now.
  package var isOfItsRun: Bool {
    if case .review = source { return false }
    return isForSpreadsheets
  }
}

import CSV
import Foundation
import Leads
import Outputs
import Pages
import Postgres
import Settings
import Store
import Workbook

/// Stage 10: CSV files, the workbook, the page, the data package and the manifest of one `as_of`, written beside
/// the old ones and switched in one step. The same figures give the same bytes.
package struct Report: Sendable {
  package let connection: PostgresConnection
  package let settings: ReportSettings

  package init(_ connection: PostgresConnection, settings: ReportSettings) {
    self.connection = connection
    self.settings = settings
  }

  /// Writes the report of an instant that was measured.
  /// - Parameters:
  ///   - runID: the run whose drift is listed; null: none.
  ///   - property: the only one the report is about; null: all of them and the portfolio.
  ///   - place: where it goes.
  ///   - runJSON: asked for when everything else is written; null: no `run.json`.
  /// - Throws: `ReportError` where something other than a replaceable report has the name.
  package func run(
    asOf: Instant, runID: UUID?, property: UUID? = nil, at place: ReportPlace,
    runJSON: (() throws -> Data)? = nil
  ) async throws -> ReportSummary {
    let day = String(asOf.iso8601.prefix(10))
    let root = try OutputDirectory.create(at: place.parent ?? settings.directory)
    try root.lock()
    if place.parent == nil { try root.removeUnfinished() }
    let name = try place.name(in: root, asOf: asOf, run: runID)
    let temporary = ".\(name).writing"
    try root.remove(temporary)
    let folder = try root.makeDirectory(temporary)
    do {
      let files = try await write(
        to: folder, asOf: asOf, day: day, runID: runID, property: property, runJSON: runJSON)
      // Only below the configured directory: by its mode its owner says who may read reports.
      if place.parent == nil { try root.shareWithGroup(folder) }
      try folder.sync()
      try publish(name, from: temporary, in: root)
      if case .night = place { try root.moveLatest(to: name) }
      try root.sync()
      return ReportSummary(directory: "\(root.path)/\(name)", day: day, files: files)
    } catch {
      try? root.remove(temporary)
      throw error
    }
  }

  /// A reader finds the old folder or the new one, never half of either.
  private func publish(_ name: String, from temporary: String, in root: OutputDirectory) throws {
    if try root.kind(of: name) == .nothing {
      try root.rename(temporary, to: name)
    } else {
      try root.exchange(temporary, with: name, spare: ".\(name).old")
      try root.remove(temporary)
    }
  }

  private func write(
    to folder: OutputDirectory, asOf: Instant, day: String, runID: UUID?, property: UUID?,
    runJSON: (() throws -> Data)?
  ) async throws -> [WrittenFile] {
    let excel = settings.excel ? try folder.makeDirectory("excel") : nil
    var written = try await connection.perform { [settings] db in
      try Self.writeTables(
        settings, asOf: asOf, day: day, runID: runID, property: property, to: folder, excel: excel,
        db: db)
    }
    try excel?.sync()
    let page = try await pageData(asOf: asOf, runID: runID, property: property)
    written.append(try Self.write("summary.html", SummaryPage.render(page).utf8, to: folder))
    written += try await writeProperties(asOf: asOf, property: property, of: page, to: folder)
    let package = try Self.json(DataPackage(day: day, written: written))
    written.append(try Self.write("datapackage.json", package, to: folder))
    if let runJSON {
      written.append(try Self.write("run.json", try runJSON(), to: folder))
    }
    let manifest = ReportManifest(as_of: asOf.iso8601, day: day, files: written)
    _ = try Self.write("manifest.json", try Self.json(manifest), to: folder)
    return written
  }

  /// The CSV files, and the workbook with the same rows.
  private static func writeTables(
    _ settings: ReportSettings, asOf: Instant, day: String, runID: UUID?, property: UUID?,
    to folder: OutputDirectory,
    excel: OutputDirectory?, db: isolated PostgresConnection
  ) throws -> [WrittenFile] {
    let name = ReportWorkbook.name(day: day)
    var written: [WrittenFile] = []
    let digest = try folder.makeFile(name) { path, temporary in
      do {
        let workbook = try ReportWorkbook(
          path: path, temporary: temporary, asOf: asOf, property: property)
        for file in DataDictionary.files where settings.leads || file.isForSpreadsheets {
          written += try write(
            file, asOf: asOf, runID: runID, property: property, to: folder,
            excel: file.isForSpreadsheets ? excel : nil,
            workbook: file.isForSpreadsheets ? workbook.sheet(of: file) : nil, db: db)
        }
        try workbook.close()
      } catch let error as WorkbookError {
        throw ReportError.system("\(error.description) \(name)", number: error.number)
      }
    }
    return written + [
      WrittenFile(name: name, rows: nil, bytes: digest.bytes, sha256: digest.sha256)
    ]
  }

  /// One CSV file, its copy for spreadsheets and its sheet of the workbook, streamed from one statement.
  private static func write(
    _ file: OutputFile, asOf: Instant, runID: UUID?, property: UUID?, to folder: OutputDirectory,
    excel: OutputDirectory?, workbook: ReportSheet?, db: isolated PostgresConnection
  ) throws -> [WrittenFile] {
    var sheets = [CSVSheet(try folder.makeFile(file.name), name: file.name, isForExcel: false)]
    if let excel {
      let name = "excel/\(file.name)"
      sheets.append(CSVSheet(try excel.makeFile(file.name), name: name, isForExcel: true))
    }
    for sheet in sheets { try sheet.add(file.header, isHeader: true) }
    try file.forEachRow(asOf: asOf, runID: runID, property: property, on: db) { fields in
      for sheet in sheets { try sheet.add(fields) }
      workbook?.add(fields)
    }
    return try sheets.map { try $0.close() }
  }

  /// What the page says of one `asOf`.
  package func pageData(asOf: Instant, runID: UUID?, property: UUID?) async throws -> PageData {
    let rows = try await connection.query(
      SQL(file: PackageResources.page_data_sql, asOf.iso8601, runID, property))
    guard let row = rows.first else { return PageData(asOf: asOf.iso8601) }
    var page: PageData = try JSON.decode(try row["page"])
    let described = try await connection.query(
      SQL(file: PackageResources.page_described_sql, asOf.iso8601, property))
    page.described = try described.first.map { try JSON.decode(try $0["described"]) }
    return page
  }

  /// Writes one file that is no table.
  /// - Parameter parent: the path of `folder` in the report's, with a slash at its end.
  static func write(
    _ name: String, _ bytes: some Collection<UInt8>, to folder: OutputDirectory,
    below parent: String = ""
  ) throws -> WrittenFile {
    let file = try folder.makeFile(name)
    try file.write(bytes)
    let digest = try file.close()
    return WrittenFile(name: parent + name, rows: nil, bytes: digest.bytes, sha256: digest.sha256)
  }

  /// JSON as people read it, keys sorted.
  package static func json(_ value: some Encodable) throws -> Data {
    try JSON.data(value, .indented) + Data("\n".utf8)
  }
}

/// One CSV file being written.
private final class CSVSheet {
  private let file: OutputFileHandle
  private let name: String
  private var writer: CSVWriter
  private var rows = 0

  init(_ file: OutputFileHandle, name: String, isForExcel: Bool) {
    self.file = file
    self.name = name
    writer = CSVWriter(excel: isForExcel)
  }

  func add(_ fields: [CSVField], isHeader: Bool = false) throws {
    writer.row(fields)
    if !isHeader { rows += 1 }
    if writer.byteCount > 1 << 16 { try file.write(writer.take()) }
  }

  func close() throws -> WrittenFile {
    try file.write(writer.take())
    let digest = try file.close()
    return WrittenFile(name: name, rows: rows, bytes: digest.bytes, sha256: digest.sha256)
  }
}

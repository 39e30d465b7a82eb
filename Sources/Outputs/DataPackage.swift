import Foundation
import Leads

/// `datapackage.json`: the dictionary for programs, as the Frictionless Data Package standard
/// (version 1) describes tabular data.
package struct DataPackage: Encodable {
  /// One CSV file as written: what a reader needs to check it.
  struct Resource: Encodable {
    var name: String
    var path: String
    var title: String
    var description: String
    var profile = "tabular-data-resource"
    var format = "csv"
    var mediatype = "text/csv"
    var encoding = "utf-8"
    var bytes: Int
    var hash: String
    var dialect = Dialect()
    var schema: Schema
  }

  /// RFC 4180, spelled out.
  struct Dialect: Encodable {
    var delimiter = ","
    var lineTerminator = "\r\n"
    var quoteChar = "\""
    var doubleQuote = true
    var header = true
  }

  /// The columns, what an empty cell is, and what tells rows apart.
  struct Schema: Encodable {
    var fields: [Field]
    var missingValues = [""]
    var primaryKey: [String]
  }

  /// One column.
  struct Field: Encodable {
    var name: String
    var type: String
    var format: String?
    var description: String
    var unit: String?
    var emptyMeans: String?
    var trueValues: [String]?
    var falseValues: [String]?
    var constraints: Constraints?
  }

  /// What every value of a column satisfies.
  struct Constraints: Encodable {
    var required: Bool?
    var minimum: Int?
    var maximum: Int?
  }

  var profile = "tabular-data-package"
  var name = "status-sync-report"
  var title: String
  var description: String
  var resources: [Resource]

  /// Describes the CSV files that a report wrote.
  ///
  /// - Parameters:
  ///   - day: the report's day, for the title.
  ///   - written: the files of the report; those the dictionary does not have are left out.
  package init(day: String, written: [WrittenFile]) {
    title = "Lead status report of \(day)"
    description = "Columns, units and the meaning of empty cells of each CSV file in this folder."
    let byName = Dictionary(written.map { ($0.name, $0) }) { first, _ in first }
    resources = DataDictionary.files.compactMap { file in
      byName[file.name].map { Resource(file: file, written: $0) }
    }
  }
}

extension DataPackage.Resource {
  fileprivate init(file: OutputFile, written: WrittenFile) {
    name = file.resourceName
    path = file.name
    title = file.title
    description = file.grain
    bytes = written.bytes
    hash = "sha256:\(written.sha256)"
    schema = DataPackage.Schema(
      fields: file.columns.map(DataPackage.Field.init), primaryKey: file.key)
  }
}

extension DataPackage.Field {
  fileprivate init(_ column: OutputColumn) {
    name = column.name
    description = column.description
    unit = column.unit
    emptyMeans = column.null
    let required: Bool? = column.null == nil ? true : nil
    constraints = required.map { .init(required: $0) }
    switch column.type {
    case .text, .path: type = "string"
    case .uuid: (type, format) = ("string", "uuid")
    case .integer: type = "integer"
    case .number, .seconds: type = "number"
    case .rate, .probability:
      type = "number"
      constraints = .init(required: required, minimum: 0, maximum: 1)
    case .flag:
      type = "boolean"
      (trueValues, falseValues) = (["true"], ["false"])
    case .instant: type = "datetime"
    case .day: type = "date"
    }
  }
}

import Foundation
import Leads
import Outputs
import Pages
import Postgres

extension Report {
  /// A page for each property and the list of them, from one statement whose rows come one by one.
  /// - Parameter page: the portfolio's, which links to them.
  package func writeProperties(
    asOf: Instant, property: UUID?, of page: PageData, to folder: OutputDirectory
  ) async throws -> [WrittenFile] {
    let names = page.pageNames
    return try await connection.perform { db in
      try Self.writeProperties(asOf: asOf, property: property, names: names, to: folder, on: db)
    }
  }

  private static func writeProperties(
    asOf: Instant, property: UUID?, names: [String: String], to folder: OutputDirectory,
    on database: isolated PostgresConnection
  ) throws -> [WrittenFile] {
    let pages = try folder.makeDirectory(PageNames.folder)
    var written: [WrittenFile] = []
    func write(_ name: String, _ page: String) throws {
      written.append(
        try Self.write(name, page.utf8, to: pages, below: "\(PageNames.folder)/"))
    }
    var index = PropertyIndex(asOf: asOf.iso8601)
    let statement = SQL(file: PackageResources.property_pages_sql, asOf.iso8601, property)
    _ = try database.forEachRow(statement) { row in
      let id: String = try row["property_id"]
      let name: String? = try row["name"]
      guard let file = names[id] else { return }
      let standing: [PropertyPage.Standing] = try JSON.decode(try row["standing"])
      let data: PageData = try JSON.decode(try row["page"])
      try write(file, PropertyPage.render(id: id, name: name, standing: standing, data))
      index.add(
        PropertyIndex.Entry(
          file: file, id: id, name: name, over24h: try row["over_24h"],
          over48h: try row["over_48h"], standing: standing))
    }
    try write(PageNames.index, index.html)
    try pages.sync()
    return written
  }
}

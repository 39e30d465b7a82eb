import Foundation

extension SettingsReader {
  /// By DATABASE_URL, else by the file, where no password may stand. Its sessions work in `database.schema`.
  func databaseURL() throws(ConfigurationError) -> Secret? {
    let named = environment["DATABASE_URL"] ?? ""
    let url = named.isEmpty ? try ownURL() : named
    let schema = try databaseSchema()
    guard !url.isEmpty, !schema.isEmpty else { return url.isEmpty ? nil : Secret(url) }
    guard !url.contains(/\boptions\s*=/) else {
      throw ConfigurationError(
        "database.schema: the database's address has options of its own; "
          + "write -c search_path=\(schema) into them instead")
    }
    guard url.contains("://") else { return Secret("\(url) options='-c search_path=\(schema)'") }
    let mark = url.contains("?") ? "&" : "?"
    return Secret("\(url)\(mark)options=-c%20search_path%3D\(schema)")
  }

  private func ownURL() throws(ConfigurationError) -> String {
    let url = try text("database.url")
    let hasPassword = url.contains(/:\/\/[^\/@]*:[^\/]*@/) || url.contains(/\bpassword\s*=/)
    guard !hasPassword else {
      throw ConfigurationError(
        "database.url holds a password; write it into ~/.pgpass, or set DATABASE_URL")
    }
    return url
  }

  /// A plain name, so that it means the same with and without quotation marks; empty: the login's own.
  func databaseSchema() throws(ConfigurationError) -> String {
    let schema = try text("database.schema")
    guard schema.isEmpty || schema.wholeMatch(of: /[a-z_][a-z0-9_]{0,62}/) != nil,
      !schema.hasPrefix("pg_")
    else {
      throw ConfigurationError(
        "database.schema: \"\(schema)\" is not a name of small letters, digits and underscores")
    }
    return schema
  }
}

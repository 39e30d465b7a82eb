import Postgres

/// A schema that has tables of the feature specification already, with rows, as DomIQ's developers would have made them.
/// They are adopted: they get the columns that they lack and keep their rows.
struct Adoption: Sendable {
  /// Those of the three that are there.
  let tables: Set<String>
  /// What cannot be adopted, one sentence each; empty: everything can.
  let flaws: [String]

  private static let source: Set<String> = [
    "status_sync_log", "status_workflow_rules", "status_notification_preferences",
  ]

  /// The types that a column may have; columns that are not named here are not ours.
  private static let types: [String: [String: Set<String>]] = {
    let uuid: Set = ["uuid"]
    let text: Set = ["character varying", "text"]
    let json: Set = ["jsonb"]
    let time: Set = ["timestamp with time zone"]
    let flag: Set = ["boolean"]
    return [
      "property": ["id": uuid, "timezone": text], "conversation": ["id": uuid],
      "status_sync_log": [
        "id": uuid, "conversation_id": uuid, "resman_lead_id": text, "old_status": text,
        "new_status": text, "status_reason": text, "updated_by": text, "sync_direction": text,
        "sync_status": text, "context_data": json, "created_at": time, "property_id": uuid,
        "run_id": uuid, "occurred_at": time, "synced_at": time, "attempts": ["integer"],
        "failure": text, "resman_version": text, "domiq_version": text, "bridged": flag,
        "irregular": flag, "notify": flag, "seq": [],
      ],
      "status_workflow_rules": [
        "id": uuid, "property_id": uuid, "trigger_status": text, "target_status": text,
        "conditions": json, "actions": json, "is_active": flag, "created_at": time,
      ],
      "status_notification_preferences": [
        "id": uuid, "property_id": uuid, "status_type": text, "notification_method": text,
        "recipients": json, "template_id": text, "is_active": flag, "created_at": time,
      ],
    ]
  }()

  /// Reads a schema to which no migration was applied yet.
  init(on database: isolated PostgresConnection) throws {
    let columns = try database.query(SQL(file: PackageResources.adoption_columns_sql))
      .map(Column.init)
    let named = Dictionary(grouping: columns, by: \.table)
    tables = Self.source.intersection(named.keys)
    var flaws: [String] = []
    for (table, columns) in named.sorted(by: { $0.key < $1.key }) {
      guard columns[0].kind == "r" else {
        flaws.append("\(table) is not an ordinary table")
        continue
      }
      let id = columns.first { $0.name == "id" }
      if id?.isKey != true { flaws.append("\(table) has no key of the one column id") }
      flaws += columns.compactMap { $0.flaw(allowed: Self.types[table] ?? [:]) }
    }
    // Names that migrations take in passing are those of no relation either.
    let ours = Set(Migration.all.flatMap(\.relations)).subtracting(named.keys)
    let taken = try database.query(
      SQL(file: PackageResources.adoption_names_sql, ours.sorted()))
    flaws += try taken.map {
      "\(try $0["name"] as String) is there already and not what status-sync makes under that name"
    }
    self.flaws = flaws
  }

  /// A migration as it is applied to such a database: before the tables of the specification are created,
  /// existing ones get what they lack; when leads are stored, they start with the state that the log gives.
  func script(_ migration: Migration) -> String {
    let text = [before(migration), migration.text, after(migration)]
    return text.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  private func before(_ migration: Migration) -> [UInt8] {
    guard migration.name == "002_source", !tables.isEmpty else { return [] }
    return PackageResources.adopt_source_sql
      + (tables.contains("status_sync_log") ? PackageResources.adopt_log_sql : [])
      + PackageResources.adopt_checks_sql
  }

  private func after(_ migration: Migration) -> [UInt8] {
    guard migration.name == "003_leads", tables.contains("status_sync_log") else { return [] }
    return PackageResources.adopt_leads_sql
  }

  /// One column that is there.
  private struct Column {
    let table: String
    let kind: String
    let name: String
    let type: String
    let isRequired: Bool
    let hasDefault: Bool
    let isKey: Bool

    init(_ row: Row) throws {
      table = try row["table"]
      kind = try row["kind"]
      name = try row["column"] ?? ""
      type = try row["type"] ?? ""
      isRequired = try row["required"] ?? false
      hasDefault = try row["has_default"] ?? false
      isKey = try row["key"]
    }

    /// Why the column does not fit, as a sentence.
    func flaw(allowed: [String: Set<String>]) -> String? {
      if let types = allowed[name] {
        if types.contains(type) { return nil }
        guard let wanted = types.sorted().last else {
          return "\(table).\(name) is a column that status-sync adds itself"
        }
        return "\(table).\(name) is of type \(type), not \(wanted)"
      }
      // DomIQ's own tables are written to only where a pull knows everything they ask for.
      guard Adoption.source.contains(table), isRequired, !hasDefault else { return nil }
      return "\(table).\(name) must not be null, has no default, and status-sync does not know it"
    }
  }
}

extension Migration {
  /// The tables, views and indexes that it makes.
  var relations: [String] {
    String(decoding: text, as: UTF8.self).matches(
      of: /(?m)^create (?:unlogged table|table|view|index|unique index) ([a-z0-9_]+)/
    ).map { String($0.1) }.filter { $0 != "if" }
  }
}

/// What was adopted.
package struct AdoptedRows: Sendable, Codable, Equatable {
  package var table: String
  /// Rows that hold a word outside the vocabulary: kept, and taking no part.
  package var rows: Int

  /// Counts them in a migrated database; empty where there are none.
  package static func outsideVocabulary(
    _ connection: PostgresConnection
  ) async throws -> [AdoptedRows] {
    try await connection.query(SQL(file: PackageResources.adoption_outside_sql)).map {
      AdoptedRows(table: try $0["table"], rows: try $0["rows"])
    }
  }
}

import Foundation
import Postgres
import TestDatabase
import Testing

import Analytics
import StandIns
import Store

/// Figures of before revisions were kept.
@Suite struct RevisionMigrationTests {
  /// Columns that have no default and a list of words, by table; a row of the table has the first of these.
  private static let words: [String: [String: String]] = [
    "funnel": ["maturity": "all"], "cohorts": ["maturity": "all", "grain": "week"],
    "delivery": ["kind": "sync"], "sources": ["maturity": "all", "kind": "source"],
    "lost_reasons": ["kind": "reason"], "agents": ["kind": "agent"], "curves": ["curve": "tour"],
    "weeks": ["basis": "event"],
    "alerts": ["limit_kind": "at_least", "verdict": "met", "limit_value": "0.5"],
  ]

  /// Every row of every relation is the same afterwards, with its comments, and one that stayed is one revision.
  @Test func figuresOfBeforeAreKept() async throws {
    try await TestDatabase.with { database in
      let connection = try await database.connect()
      let before = try #require(Migration.all.firstIndex { $0.name == "018_revisions" })
      _ = try await Migrator.migrate(connection, Array(Migration.all[..<before]))
      try await Self.fill(connection)
      let relations =
        Measure.tables.flatMap { ["metric_\($0)", "metric_\($0)_latest"] } + [
          "metric_long", "metric_long_latest",
        ]
      let (rows, described) = (
        try await Self.rows(of: relations, connection),
        try await Self.described(relations, connection)
      )
      for table in Measure.tables { #expect(rows["metric_\(table)"]?.count ?? 0 > 8, "\(table)") }
      _ = try await Migrator.migrate(connection, Array(Migration.all[...before]))
      let after = try await Self.rows(of: relations, connection)
      for relation in relations { #expect(after[relation] == rows[relation], "\(relation)") }
      #expect(try await Self.described(relations, connection) == described)
      for table in Measure.tables {
        let kept = try await connection.query(
          """
          select from \(identifier: "metric_\(table)_revision")
          where since = '2026-01-01Z' and until = 'infinity'
          """)
        #expect(kept.count == 1, "\(table)")
      }
    }
  }

  /// Twelve nights and two reports by hand. Each table has a row that all of them show, and one that changes, is missing
  /// or comes back at random.
  private static func fill(_ connection: PostgresConnection) async throws {
    var random = SplitMix(seed: 18)
    try await connection.script(
      """
      insert into measurement (as_of, window_start, window_end, run_id, standard)
      select '2026-01-01Z'::timestamptz + n * interval '1 day', '2025-10-01Z'::timestamptz + n * interval '1 day',
        '2026-01-01Z'::timestamptz + n * interval '1 day', case when n % 5 <> 3 then gen_random_uuid() end, n <> 8
      from generate_series(0, 13) n
      """)
    for table in Measure.tables {
      let name = "metric_\(table)"
      let columns = try await connection.query(
        """
        select attname::text as name, format_type(atttypid, null) as type, attnotnull as needed from pg_attribute
        where attrelid = \(name)::regclass and attnum > 6
        """)
      var fixed = ["scope": "portfolio"]
      for column in columns where try column["needed"] {
        let type: String = try column["type"]
        fixed[try column["name"]] =
          type == "text"
          ? "x"
          : type == "date" || type.hasPrefix("time")
            ? "2026-01-01" : type == "boolean" ? "true" : "0"
      }
      fixed.merge(words[table] ?? [:]) { $1 }
      let free = try columns.filter {
        try !$0["needed"] && (["bigint", "double precision"].contains($0["type"]))
      }
      .map { try $0["name"] as String }
      var statements: [SQL] = []
      for night in 0..<14 {
        var shown = [fixed]
        if random.chance(0.8), let one = free.first, let other = free.last {
          var changing = fixed
          changing["scope"] = "property"
          changing["property_id"] = "0badcafe-0000-4000-8000-000000000001"
          changing[one] = random.chance(0.3) ? nil : "\(random.whole(0...1))"
          changing[other] = random.chance(0.3) ? nil : "\(random.whole(0...1))"
          shown.append(changing)
        }
        for row in shown {
          let json = try String(decoding: JSONEncoder().encode(row), as: UTF8.self)
          statements.append(
            """
            insert into \(identifier: name)
            select row.*
            from measurement m
            cross join lateral jsonb_populate_record(null::\(identifier: name), \(json)::jsonb
              || jsonb_build_object('as_of', m.as_of, 'window_start', m.window_start, 'window_end', m.window_end)) as row
            where m.as_of = '2026-01-01Z'::timestamptz + \(night) * interval '1 day'
            """)
        }
      }
      try await connection.pipeline(statements)
    }
  }

  private static func rows(
    of relations: [String], _ connection: PostgresConnection
  ) async throws -> [String: [String]] {
    var rows: [String: [String]] = [:]
    for relation in relations {
      rows[relation] = try await connection.query(
        "select r::text as line from \(identifier: relation) r order by 1"
      ).map { try $0["line"] }
    }
    return rows
  }

  /// The columns of relations in order, with their types and comments, and who may read them.
  private static func described(
    _ relations: [String], _ connection: PostgresConnection
  ) async throws -> [String] {
    try await connection.query(
      """
      select concat_ws(' ', relname, attname, format_type(atttypid, atttypmod),
        col_description(attrelid, attnum), obj_description(attrelid, 'pg_class'),
        has_table_privilege('status_sync_reader', attrelid, 'select'),
        has_table_privilege('status_sync_api', attrelid, 'select'),
        has_table_privilege('status_sync_planner', attrelid, 'select'),
        has_table_privilege('status_sync_job', attrelid, 'select')) as line
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where relname = any(\(relations)::text[]) and attnum > 0 order by relname, attnum
      """
    ).map { try $0["line"] }
  }
}

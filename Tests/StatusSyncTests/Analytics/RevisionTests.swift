import Foundation
import Leads
import Postgres
import Testing

import Analytics
import StandIns
import Store

/// What a measurement published is read exactly, whatever is measured or forgotten afterwards.
@Suite struct RevisionTests {
  /// What measurements of one table published, kept beside the database.
  private struct Published {
    let log: MeasuredLog
    /// The rows by the number of the day, as text, sorted.
    var shown: [Int: [String]] = [:]

    init() async throws { log = try await MeasuredLog.empty() }

    static func instant(_ day: Int) -> Instant {
      Instant(microseconds: 1_764_122_400_000_000) + .seconds(86_400 * day)
    }

    /// One row of `metric_performance`.
    struct Row: Sendable {
      var property: UUID?
      var metric: String
      var value: Double?
      var note: String?

      /// As PostgreSQL prints it.
      var text: String {
        let value = value.map {
          $0.isNaN ? "NaN" : $0 == 0 ? ($0.sign == .minus ? "-0" : "0") : "\(Int($0))"
        }
        return [property?.uuidString.lowercased(), metric, value, note]
          .map { $0 ?? "null" }.joined(separator: " ")
      }
    }

    mutating func publish(_ day: Int, _ rows: [Row]) async throws {
      let asOf = Self.instant(day)
      try await log.database.transaction { db in
        try db.execute(.figuresAside(["performance"]))
        for row in rows {
          try db.execute(
            """
            insert into metric_performance (scope, property_id, metric, value, note)
            values (\(row.property == nil ? "portfolio" : "property"), \(row.property),
              \(row.metric), \(row.value), \(row.note))
            """)
        }
        try db.execute(.publishFigures(["performance"], asOf: asOf))
        try db.execute(
          """
          insert into measurement (as_of, window_start, window_end, standard)
          values (\(asOf), \(asOf - .seconds(86_400)), \(asOf), true)
          on conflict do nothing
          """)
      }
      shown[day] = rows.map(\.text).sorted()
    }

    mutating func forget(_ day: Int) async throws {
      let asOf = Self.instant(day)
      try await log.database.transaction { db in _ = try Measure.forget(asOf, on: db) }
      shown[day] = nil
    }

    private func lines(from relation: String) async throws -> [String] {
      try await log.lines(
        SQL(
          stringLiteral: """
            select concat_ws(' ', coalesce(property_id::text, 'null'), metric,
              coalesce(value::text, 'null'), coalesce(note, 'null')) as line
            from \(relation)
            """)
      ).sorted()
    }

    /// Every measurement shows what it published, and every revision is shown by one.
    func expectKept(_ comment: Comment) async throws {
      for (day, rows) in shown {
        let asOf = Self.instant(day)
        let now = try await lines(from: "metric_performance where as_of = '\(asOf.iso8601)'")
        // The next one is a day away.
        let later = (asOf + .seconds(3600)).iso8601
        let at = try await lines(from: "metric_performance_at('\(later)')")
        #expect(now == rows && at == rows, comment)
      }
      let count = try await log.lines("select count(*)::text as line from metric_performance")
      #expect(count == ["\(shown.values.reduce(0) { $0 + $1.count })"], comment)
      let unseen = try await log.lines(
        """
        select r::text as line from metric_performance_revision r
        where not exists (select from measurement m where r.since <= m.as_of and m.as_of < r.until)
        """)
      #expect(unseen == [], comment)
    }

    func revisions() async throws -> Int {
      try await log.lines("select '' as line from metric_performance_revision").count
    }
  }

  private typealias Row = Published.Row

  @Test func anUnchangedRowIsOneRevision() async throws {
    var published = try await Published()
    let rows = [
      Row(metric: "a", value: 1), Row(metric: "b"), Row(property: SmallLog.id(1), metric: "a"),
    ]
    for number in [1, 2, 5, 9] { try await published.publish(number, rows) }
    #expect(try await published.revisions() == 3)
    // One is another from here on, one is gone, and one is new.
    let later = [rows[0], Row(metric: "b", note: "why"), Row(metric: "c")]
    try await published.publish(10, later)
    #expect(try await published.revisions() == 5)
    try await published.expectKept("in order")
    // The same instant again; a past one, one in between, and one before all.
    try await published.publish(10, later)
    #expect(try await published.revisions() == 5)
    try await published.publish(5, later)
    try await published.expectKept("the past")
    try await published.publish(3, [Row(metric: "b")])
    try await published.expectKept("between")
    try await published.publish(0, [])
    try await published.expectKept("before")
    try await published.publish(10, [])
    try await published.expectKept("nothing")
    for number in [5, 1, 10, 0, 2, 3, 9] {
      try await published.forget(number)
      try await published.expectKept("without \(number)")
    }
    #expect(try await published.revisions() == 0)
  }

  /// Random measurements, of which some measure the same instant again or one between others, and some are forgotten.
  @Test(arguments: UInt64(0)..<16)
  func noMeasurementChangesAnother(_ seed: UInt64) async throws {
    var random = SplitMix(seed: seed)
    var published = try await Published()
    for step in 0..<30 {
      if random.chance(0.25),
        let known = published.shown.keys.sorted().randomElement(using: &random)
      {
        try await published.forget(known)
      } else {
        var rows: [Row] = []
        for property in [nil, SmallLog.id(1)] {
          for metric in ["a", "b", "c"] where random.chance(0.8) {
            rows.append(
              Row(
                property: property, metric: metric,
                value: [nil, 0, -0.0, .nan, 1, 2][random.whole(0...5)],
                note: random.chance(0.3) ? "x" : nil))
          }
        }
        try await published.publish(random.whole(0...9), rows)
      }
      try await published.expectKept("seed \(seed), step \(step)")
    }
    // At no instant there are two revisions of one figure.
    #expect(
      try await published.log.lines(
        """
        select a::text as line
        from metric_performance_revision a
        join metric_performance_revision b on a.ctid < b.ctid
          and a.property_id is not distinct from b.property_id and a.metric = b.metric
          and a.since < b.until and b.since < a.until
        """) == [])
  }

  @Test func aRowThatOccursTwiceIsRefused() async throws {
    var published = try await Published()
    try await published.publish(1, [Row(metric: "a", value: 1)])
    do {
      try await published.publish(2, [Row(metric: "a", value: 1), Row(metric: "a", value: 2)])
      Issue.record("it was published")
    } catch let error as PostgresError { #expect(error.sqlState == "23505") }
    try await published.expectKept("after the error")
  }

  // MARK: - Of whole measurements

  /// The rows of every table, by table and `as_of`.
  private static func figures(_ log: MeasuredLog) async throws -> [String: [String]] {
    var figures: [String: [String]] = [:]
    for table in Measure.tables {
      let rows = try await log.database.query(
        """
        select as_of::text as as_of, to_jsonb(m)::text as line
        from \(identifier: "metric_" + table) m order by 1, 2
        """)
      for row in rows {
        figures["\(table) \(try row["as_of"] as String)", default: []].append(try row["line"])
      }
    }
    return figures
  }

  /// Nights, reports of the past and between, and the same instant again, while rows come in and a property gets another
  /// name and zone. The last is as it is where no figure is in force.
  @Test func whatWasMeasuredStays() async throws {
    let random = RandomLog(seed: 3)
    let log = try await RandomLog.load([])
    var rest = random.rows[...]
    var kept: [String: [String]] = [:]
    for day in [80.0, 95, 85, 95, 60, 96, 85, 97] {
      let share = min(rest.count, random.rows.count / 7)
      try await RandomLog.append(Array(rest.prefix(share)), to: log)
      rest = rest.dropFirst(share)
      if day == 96 {
        try await log.database.execute(
          """
          update property set name = 'Renamed', timezone = 'Asia/Tokyo'
          where id = \(SmallLog.id(1))
          """)
      }
      let asOf = RandomLog.start + .seconds(day * 86_400 + 7200)
      _ = try await Measure(database: log.database).run(asOf: asOf, cohort: day == 85 ? .week : nil)
      let now = try await Self.figures(log)
      let text = try await log.lines("select \(asOf)::timestamptz::text as line")[0]
      for (key, lines) in kept where !key.hasSuffix(text) {
        #expect(now[key] == lines, "\(key) after day \(day)")
      }
      #expect(
        Set(now.keys.filter { !$0.hasSuffix(text) })
          == Set(kept.keys.filter { !$0.hasSuffix(text) }))
      kept = now
    }
    #expect(kept.count > 60)

    let last = RandomLog.start + .seconds(97 * 86_400 + 7200)
    try await log.database.transaction { db in
      for row in try db.query("select as_of from measurement") {
        _ = try Measure.forget(try row["as_of"], on: db)
      }
    }
    #expect(try await Self.figures(log).isEmpty)
    _ = try await Measure(database: log.database).run(asOf: last)
    for (key, lines) in try await Self.figures(log) where !key.hasPrefix("restatements") {
      #expect(lines == kept[key], "\(key)")
    }
  }

  /// A night on which nothing happened writes its own day and leaves the other days as they are.
  @Test func aNightWithoutChangesWritesItsDay() async throws {
    let log = try await RandomLog.load(RandomLog(seed: 4).rows)
    func measure(_ day: Double) async throws {
      _ = try await Measure(database: log.database).run(
        asOf: RandomLog.start + .seconds(day * 86_400 + 7200))
    }
    func count(_ relation: String) async throws -> Int {
      try await log.lines(SQL(stringLiteral: "select '' as line from \(relation)")).count
    }
    try await measure(150)
    let before = (
      try await count("metric_daily_revision"), try await count("metric_distribution_revision")
    )
    #expect(try await count("metric_daily_latest") == before.0)
    #expect(try await count("metric_distribution_latest") == before.1)
    try await measure(150)
    #expect(try await count("metric_daily_revision") == before.0)
    #expect(try await count("metric_distribution_revision") == before.1)
    try await measure(151)
    let after = (
      try await count("metric_daily_revision"), try await count("metric_distribution_revision")
    )
    // 91 days in each; the first of the window, which is cut, and the last.
    #expect(after.0 - before.0 <= before.0 / 91 * 2)
    #expect(after.1 - before.1 <= before.1 / 91 * 2)
    #expect(after.0 > before.0 && after.1 > before.1)
  }

  /// For analysts, who see the revisions as well.
  @Test func theFiguresOfAnInstantAreThoseOfTheMeasurementBefore() async throws {
    let log = try await SmallLog.load()
    for asOf in ["2025-03-18", "2025-03-25"] { try await log.measure(asOf: asOf + "T00:00:00Z") }
    try await log.database.script("set role status_sync_reader")
    for table in Measure.tables {
      for (instant, asOf) in [
        ("2025-03-17", nil), ("2025-03-18", "2025-03-18"), ("2025-03-24", "2025-03-18"),
        ("2026-01-01", "2025-03-25"),
      ] {
        let rows = try await log.lines(
          SQL(
            stringLiteral:
              "select m::text as line from metric_\(table)_at('\(instant)Z') m order by 1"))
        let expected = try await log.lines(
          SQL(
            stringLiteral: """
              select m::text as line from metric_\(table) m
              where as_of = \(asOf.map { "'\($0)Z'" } ?? "null") order by 1
              """))
        #expect(rows == expected, "\(table) at \(instant)")
      }
      _ = try await log.lines(
        SQL(stringLiteral: "select since::text as line from metric_\(table)_revision"))
    }
  }

  /// A night under a clock set ahead is the latest until the next night, not until its date; a report of the past is
  /// none, and leaves the stays as of the last night's instant.
  @Test func theLatestNightIsTheOneMeasuredLast() async throws {
    let log = try await SmallLog.load()
    func latest() async throws -> [String] {
      try await log.lines(
        "select to_char(latest_measurement() at time zone 'UTC', 'YYYY-MM-DD') as line")
    }
    try await log.measure(asOf: "2025-03-20T00:00:00Z")
    try await log.measure(asOf: "2025-03-10T00:00:00Z")
    #expect(try await latest() == ["2025-03-20"])
    for day in ["2025-03-24", "2027-01-01", "2025-03-25", "2025-03-26"] {
      try await log.measure(asOf: day + "T02:00:00Z", runID: UUID())
      #expect(try await latest() == [day])
      #expect(
        try await log.lines(
          "select distinct to_char(as_of at time zone 'UTC', 'YYYY-MM-DD') as line from metric_funnel_latest"
        ) == [day])
    }
    try await log.measure(asOf: "2025-03-01T00:00:00Z")
    #expect(try await latest() == ["2025-03-26"])
    try await log.database.transaction(.repeatableRead) { try Measure.forward(on: $0) }
    #expect(
      try await log.lines(
        "select to_char(as_of at time zone 'UTC', 'YYYY-MM-DD') as line from measured_state")
        == ["2025-03-26"])
    // The same instant measured again is measured last.
    try await log.measure(asOf: "2025-03-24T02:00:00Z", runID: UUID())
    #expect(try await latest() == ["2025-03-24"])
  }

  // MARK: - The schema

  @Test func aPublishedRevisionChangesItsEndAlone() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let db = log.database
    for table in Measure.tables {
      let name = "metric_\(table)_revision"
      let columns = try await log.lines(
        """
        select attname::text as line from pg_attribute
        where attrelid = \(name)::regclass and attnum > 0 and not attisdropped and attname <> 'until'
        """)
      if try await log.lines(SQL(stringLiteral: "select '' as line from \(name)")).isEmpty {
        continue
      }
      for column in columns {
        let error = await #expect(throws: PostgresError.self, "\(name).\(column)") {
          try await db.execute(
            "update \(identifier: name) set \(identifier: column) = \(identifier: column)")
        }
        #expect(error?.sqlState == "23001")
      }
      for statement in ["truncate \(name)", "update \(name) set until = since"] {
        await #expect(throws: PostgresError.self, "\(statement)") {
          try await db.execute(SQL(stringLiteral: statement))
        }
      }
      try await db.script("begin; update \(name) set until = since + interval '1 day'; rollback")
    }
  }

  /// The role of an erasure, and it alone, empties a word.
  @Test func anErasureEmptiesAWordOfARevision() async throws {
    let log = try await MeasuredLog.empty()
    let db = log.database
    try await db.script(
      """
      insert into metric_sources_revision (since, scope, kind, source, step_order, status, maturity, reached)
      values ('2026-01-01Z', 'portfolio', 'source', 'Ada', 0, 'new', 'all', 1);
      insert into erasure (resman_lead_id, conversation_ids, erased_at, erased_by, reason)
      values ('L-1', '{}', now(), 'me', 'asked');
      """)
    let word: SQL = "update metric_sources_revision set source = 'erased 1'"
    await #expect(throws: PostgresError.self) { try await db.execute(word) }
    try await db.script("set role status_sync_eraser")
    for refused in [
      "update metric_sources_revision set source = 'erased 2'",
      "update metric_sources_revision set source = 'erased 2.1'",
      "update metric_sources_revision set source = 'erased 1.Bob'",
      "update metric_sources_revision set source = 'erased 1.0'",
      "update metric_sources_revision set source = 'erased 01'",
      "update metric_sources_revision set source = 'erased 1 Bob'",
      "update metric_sources_revision set source = 'Bob'",
      "update metric_sources_revision set source = 'erased 1', reached = 2",
      "update metric_sources_revision set until = now()", "delete from metric_sources_revision",
    ] {
      await #expect(throws: PostgresError.self, "\(refused)") {
        try await db.execute(SQL(stringLiteral: refused))
      }
    }
    #expect(try await db.execute(word) == 1)
    #expect(try await db.execute("update metric_sources_revision set source = 'erased 1.12'") == 1)
  }
}

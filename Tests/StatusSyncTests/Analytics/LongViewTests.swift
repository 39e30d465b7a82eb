import Foundation
import Leads
import Postgres
import Testing

import Outputs

/// What analysts load: every figure in one view, and each lead.
@Suite struct LongViewTests {
  /// The columns of a file that hold a value of their own: what tells rows apart and the ends of intervals do not.
  private static func values(of file: OutputFile) -> [String] {
    file.columns.filter { column in
      switch column.type {
      case .integer, .number, .rate, .probability, .seconds:
        !file.key.contains(column.name) && !column.name.contains("lo95")
          && !column.name.contains("hi95")
      case .text, .uuid, .flag, .instant, .day, .path: false
      }
    }.map(\.name)
  }

  private static var figures: [OutputFile] {
    DataDictionary.files.filter { $0.table.hasPrefix("metric_") && $0.name != "performance.csv" }
  }

  @Test func everyValueOfEveryFigureIsThere() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    let text: String = try #require(
      try await log.database.queryOne("select pg_get_viewdef('metric_long') as text")?["text"])
    var compared = 0
    for file in Self.figures {
      let name = file.resourceName
      for column in Self.values(of: file) {
        #expect(
          text.contains("'\(name).\(column)'"), "metric_long has no \(name).\(column)")
        let rows = try await log.lines(
          SQL(
            stringLiteral: """
              select concat_ws(' ', count(*), sum(value)::numeric(20, 6)) as line from (
                select \(column)::double precision as value from \(file.table)
              ) as own
              union all
              select concat_ws(' ', count(*), sum(value)::numeric(20, 6)) from metric_long
              where metric = '\(name).\(column)'
              """))
        #expect(rows[0] == rows[1], "\(name).\(column)")
        compared += rows[0].hasPrefix("0") ? 0 : 1
      }
    }
    #expect(compared > 40, "most figures have rows")
    #expect(
      try await log.lines(
        """
        select count(*)::text as line from metric_performance
        union all
        select count(*)::text from metric_long where metric in (select metric from metric_performance)
        """
      ).count == 1 + 1)
  }

  /// Every rate is its numerator by its denominator, wherever both are there, and they are for the plain ones.
  @Test func ratesAreTheirPartsAndRowsAreTold() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    #expect(
      try await log.lines(
        """
        select concat_ws(' ', metric, dimension, value, numerator, denominator) as line
        from metric_long
        where unit = 'rate' and value is not null and numerator is not null and denominator is not null
          and abs(value - numerator / nullif(denominator, 0)) > 1e-12
        """) == [])
    #expect(
      try await log.lines(
        """
        select distinct metric as line from metric_long
        where unit = 'rate' and value is not null and numerator is not null and denominator is not null
          and metric like '%.%'
        order by line
        """) == [
          "conversion.rate", "delivery.rate", "funnel.overall_rate", "funnel.step_rate",
          "transitions.share", "weeks.value",
        ])
    #expect(
      try await log.lines(
        """
        select concat_ws(' ', metric, dimension) as line from metric_long
        group by as_of, scope, property_id, metric, dimension having count(*) > 1
        """) == [])
    // By hand: five leads were created in the window, and one of them was leased.
    #expect(
      try await log.lines(
        """
        select concat_ws(' ', value, numerator, denominator, dimension) as line from metric_long
        where metric = 'funnel.overall_rate' and scope = 'portfolio'
          and dimension @> '{"status": "leased", "maturity": "all"}'
        """) == ["0.2 1 5 {\"status\": \"leased\", \"maturity\": \"all\"}"])
  }

  @Test func eachLeadHasItsTimes() async throws {
    let log = try await SmallLog.load()
    try await log.measure(asOf: SmallLog.asOf)
    try await log.database.execute("set time zone 'UTC'")
    // ResMan's word counts; a source that it does not tell is DomIQ's.
    try await log.database.script(
      """
      insert into lead_description (resman_lead_id, system, told, source) values
        ('A', 'resman', 'told', 'Zillow'), ('A', 'domiq', 'told', 'Website'), ('B', 'resman', 'told', null),
        ('B', 'domiq', 'told', 'Walk-in, "friend"')
      """)
    let columns = [
      "status", "created_at", "status_since", "contacted_at", "qualified_at", "tour_scheduled_at",
      "application_at", "leased_at", "lost_at",
    ]
    let cells = columns.map { "coalesce(\($0)::text, '-')" }.joined(separator: ", ")
    let lines = try await log.lines(
      SQL(
        stringLiteral: """
          select concat_ws(' | ', resman_lead_id, \(cells), changes, is_whole::text,
            coalesce(source, '-')) as line
          from lead_times order by resman_lead_id
          """)
    ).map { $0.replacing(":00+00", with: "").replacing("2025-", with: "") }
    #expect(
      lines == [
        "A | leased | 01-10 08:00 | 01-30 08:05 | 01-10 08:05 | 01-12 08:05 | 01-15 08:05 | 01-20 08:05 | "
          + "01-30 08:05 | - | 5 | true | Zillow",
        "B | lost | 02-01 12:00 | 02-10 13:00 | 02-01 13:00 | - | 02-03 13:00 | - | - | 02-10 13:00 | 3 | true | "
          + "Walk-in, \"friend\"",
        "C | lost | 03-20 00:00 | 03-25 00:00 | - | - | - | - | - | 03-25 00:00 | 1 | true | -",
        "D | new | 03-31 23:30 | 03-31 23:30 | - | - | - | - | - | - | 0 | true | -",
        // Contacted before the history: when it first was is not known.
        "E | contacted | - | 01-06 10:00 | - | 01-05 10:00 | - | - | - | - | 2 | false | -",
        "F | contacted | 01-01 00:00 | 01-04 00:00 | 01-02 00:00 | - | - | - | - | 01-03 00:00 | 3 | true | -",
        "G | application | 2024-12-20 00:00 | 02-01 00:00 | 01-01 00:00 | 01-11 00:00 | - | 02-01 00:00 | - | - "
          + "| 3 | true | -",
      ])
  }
}

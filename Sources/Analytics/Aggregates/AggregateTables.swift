import Foundation
import Leads
import Postgres
import Statistics

/// Writes the aggregates into the tables of `measure_tables.sql`, from which SQL computes the figures.
struct AggregateTables: Sendable {
  private let aggregates: WindowAggregates

  init(_ aggregates: WindowAggregates) { self.aggregates = aggregates }

  func write(on database: isolated PostgresConnection) throws {
    try database.fill(Self.changes, aggregates.properties)
    try database.fill(Self.transitions, transitions)
    try database.fill(Self.cohorts, cohorts)
    try database.fill(Self.conversions, conversions)
    try database.fill(Self.responses, responses)
    try database.fill(Self.answered, answeredDays)
    try database.fill(Self.oldest, oldest)
  }

  private static let changes = CopyTable<PropertyAggregates>(
    "measure_change",
    [
      .uuid("property_id") { $0.property },
      .count("changes") { $0.changes.changes },
      .count("creations") { $0.changes.creations },
      .count("changes_before") { $0.before.changes },
      .count("creations_before") { $0.before.creations },
      .count("noop") { $0.changes.noop },
      .count("discontinuous") { $0.changes.discontinuous },
      .count("reopened") { $0.changes.reopened },
      .count("illegal") { $0.changes.illegal },
      .count("unknown_status") { $0.changes.unknownStatus },
      .count("aged") { $0.changes.aged },
      .count("aged_legal") { $0.changes.agedLegal },
      .count("aged_continuous") { $0.changes.agedContinuous },
      .count("aged_uncorrected") { $0.changes.agedUncorrected },
      .count("aged_accurate") { $0.changes.agedAccurate },
    ])

  // MARK: - Transitions

  private struct Transition {
    var of: FigureKey
    var from: String?
    var to: String?
    var made: PropertyAggregates.Transitions
  }

  private static let transitions = CopyTable<Transition>(
    "measure_transition",
    [
      .text("scope") { $0.of.scope },
      .uuid("key") { $0.of.key },
      .text("from_status") { $0.from },
      .text("to_status") { $0.to },
      .count("count") { $0.made.count },
      .count("leads") { $0.made.leads },
      .count("illegal") { $0.made.illegal },
      .double("mean_seconds") { mean($0.made.durations) },
      .double("median_seconds") { median($0.made.durations) },
    ])

  private var transitions: [Transition] {
    var rows: [Transition] = []
    var whole: [PropertyAggregates.Transition: PropertyAggregates.Transitions] = [:]
    for property in aggregates.properties {
      for (transition, made) in property.transitions {
        rows.append(row(transition, made, of: FigureKey(property.property, nil)))
        whole[transition, default: .init()].add(made)
      }
    }
    return rows + whole.map { row($0, $1, of: .portfolio) }
  }

  private func row(
    _ transition: PropertyAggregates.Transition, _ made: PropertyAggregates.Transitions,
    of key: FigureKey
  ) -> Transition {
    Transition(
      of: key, from: aggregates.symbols[transition.from], to: aggregates.symbols[transition.to],
      made: made)
  }

  // MARK: - Cohorts

  private struct Cohort {
    var property: UUID?
    var cohort: PropertyAggregates.Cohort
    var n: Int
  }

  private static let cohorts = CopyTable<Cohort>(
    "measure_cohort",
    [
      .uuid("property_id") { $0.property },
      .boolean("is_current") { $0.cohort.isCurrent },
      .date("created_day") { $0.cohort.createdDay },
      .boolean("mature") { $0.cohort.isMature },
      .integer("highest") { $0.cohort.highest },
      .integer("visited") { $0.cohort.visited },
      .boolean("lost") { $0.cohort.isLost },
      .count("n") { $0.n },
    ])

  private var cohorts: [Cohort] {
    aggregates.properties.flatMap { property in
      property.cohorts.map { Cohort(property: property.property, cohort: $0, n: $1) }
    }
  }

  // MARK: - Conversions

  private struct Conversion {
    var property: UUID?
    var status: String?
    var counts: PropertyAggregates.Conversion
  }

  private static let conversions = CopyTable<Conversion>(
    "measure_conversion",
    [
      .uuid("property_id") { $0.property },
      .text("status") { $0.status },
      .count("entered") { $0.counts.entered },
      .count("advanced") { $0.counts.advanced },
      .count("lost") { $0.counts.lost },
      .bigint("microseconds") { $0.counts.microseconds },
    ])

  private var conversions: [Conversion] {
    aggregates.properties.flatMap { property in
      property.conversions.enumerated().filter { $1.entered > 0 }.map { status, counts in
        Conversion(
          property: property.property, status: aggregates.symbols[Symbol(status)], counts: counts)
      }
    }
  }

  // MARK: - Responses

  private struct Response {
    var of: FigureKey
    var isCurrent: Bool
    var responses: Responses
  }

  /// The shares of `Responses` are of the limits 5 minutes, an hour and a day.
  private static let responses = CopyTable<Response>(
    "measure_response",
    [
      .text("scope") { $0.of.scope },
      .uuid("key") { $0.of.key },
      .boolean("is_current") { $0.isCurrent },
      .count("answered") { $0.responses.durations.count },
      .double("total_seconds") { sum($0.responses.durations) / 1e6 },
      .double("median_seconds") { median($0.responses.durations) },
      .count("answered_chatbot") { $0.responses.chatbot.count },
      .double("total_chatbot") { Double($0.responses.chatbot.microseconds) / 1e6 },
      .count("answered_staff") { $0.responses.staff.count },
      .double("total_staff") { Double($0.responses.staff.microseconds) / 1e6 },
      .count("old_5m") { $0.responses.shares[0].old },
      .count("within_5m") { $0.responses.shares[0].within },
      .count("old_1h") { $0.responses.shares[1].old },
      .count("within_1h") { $0.responses.shares[1].within },
      .count("old_24h") { $0.responses.shares[2].old },
      .count("within_24h") { $0.responses.shares[2].within },
    ])

  private var responses: [Response] {
    var rows: [Response] = []
    var whole = [Responses](repeating: Responses(), count: 2)
    for property in aggregates.properties {
      for (index, responses) in property.responses.enumerated() where responses.isKnown {
        rows.append(
          Response(
            of: FigureKey(property.property, nil), isCurrent: index == 1, responses: responses))
        whole[index].add(responses)
      }
    }
    for (index, responses) in whole.enumerated() where responses.isKnown {
      rows.append(Response(of: .portfolio, isCurrent: index == 1, responses: responses))
    }
    return rows
  }

  // MARK: - Days and the oldest

  private struct AnsweredDay {
    var property: UUID?
    var day: Int32
    var created: Int
    var quick: Int
  }

  private static let answered = CopyTable<AnsweredDay>(
    "measure_answered",
    [
      .uuid("property_id") { $0.property },
      .date("day") { $0.day },
      .count("created") { $0.created },
      .count("quick") { $0.quick },
    ])

  private var answeredDays: [AnsweredDay] {
    aggregates.properties.flatMap { property in
      property.answeredDays.map { day, answered in
        AnsweredDay(
          property: property.property, day: day, created: answered.created, quick: answered.quick)
      }
    }
  }

  private static let oldest = CopyTable<(key: FigureKey, value: Int64)>(
    "measure_oldest",
    [
      .text("scope") { $0.key.scope },
      .uuid("key") { $0.key.key },
      .text("status") { $0.key.status },
      .timestamptz("entered_at") { $0.value },
    ])

  private var oldest: [FigureKey: Int64] {
    var oldest: [FigureKey: Int64] = [:]
    for property in aggregates.properties {
      for (status, since) in property.oldestOpen {
        let key = FigureKey(property.property, aggregates.symbols[status])
        for key in [key, key.ofPortfolio] { oldest[key] = min(oldest[key] ?? .max, since) }
      }
    }
    return oldest
  }
}

extension PostgresConnection {
  /// Copies all rows of a table of `measure_tables.sql` and analyses it for the planner; the tables are
  /// small.
  func fill<Row>(_ table: CopyTable<Row>, _ rows: some Sequence<Row>) throws {
    try copy(rows, into: table)
    try script("analyze \(table.name)")
  }
}

import Foundation
import Postgres
import Statistics

/// Writes the aggregates into the tables of `measure_tables.sql`, from which SQL computes the figures.
struct AggregateTables: Sendable {
  private let aggregates: WindowAggregates

  init(_ aggregates: WindowAggregates) { self.aggregates = aggregates }

  func write(on database: isolated PostgresConnection) throws {
    try database.fill("measure_change", columns: 15, changes)
    try database.fill("measure_transition", columns: 9, transitions)
    try database.fill("measure_cohort", columns: 8, cohorts)
    try database.fill("measure_conversion", columns: 6, conversions)
    try database.fill("measure_response", columns: 16, responses)
    try database.fill("measure_answered", columns: 4, answeredDays)
    try database.fill("measure_oldest", columns: 4, oldest)
  }

  private func changes(_ rows: inout BinaryCopyRows) {
    for property in aggregates.properties {
      let counts = property.changes
      rows.beginRow()
      rows.append(property.property)
      for count in [
        counts.changes, counts.creations, property.before.changes, property.before.creations,
        counts.noop, counts.discontinuous, counts.reopened, counts.illegal, counts.unknownStatus,
        counts.aged, counts.agedLegal, counts.agedContinuous, counts.agedUncorrected,
        counts.agedAccurate,
      ] {
        rows.append(count: count)
      }
    }
  }

  private func transitions(_ rows: inout BinaryCopyRows) {
    var whole: [PropertyAggregates.Transition: PropertyAggregates.Transitions] = [:]
    for property in aggregates.properties {
      for (transition, made) in property.transitions {
        append(transition, made, of: FigureKey(property.property, nil), &rows)
        whole[transition, default: .init()].add(made)
      }
    }
    for (transition, made) in whole { append(transition, made, of: .portfolio, &rows) }
  }

  private func append(
    _ transition: PropertyAggregates.Transition, _ made: PropertyAggregates.Transitions,
    of key: FigureKey,
    _ rows: inout BinaryCopyRows
  ) {
    rows.beginRow()
    rows.append(key.scope)
    rows.append(key.key)
    rows.append(aggregates.symbols[transition.from])
    rows.append(aggregates.symbols[transition.to])
    rows.append(count: made.count)
    rows.append(count: made.leads)
    rows.append(count: made.illegal)
    rows.append(mean(made.durations))
    rows.append(median(made.durations))
  }

  private func cohorts(_ rows: inout BinaryCopyRows) {
    for property in aggregates.properties {
      for (cohort, n) in property.cohorts {
        rows.beginRow()
        rows.append(property.property)
        rows.append(cohort.isCurrent)
        rows.append(cohort.createdDay)
        rows.append(cohort.isMature)
        rows.append(cohort.highest)
        rows.append(cohort.visited)
        rows.append(cohort.isLost)
        rows.append(count: n)
      }
    }
  }

  private func conversions(_ rows: inout BinaryCopyRows) {
    for property in aggregates.properties {
      for (status, conversion) in property.conversions.enumerated() where conversion.entered > 0 {
        rows.beginRow()
        rows.append(property.property)
        rows.append(aggregates.symbols[Symbol(status)])
        rows.append(count: conversion.entered)
        rows.append(count: conversion.advanced)
        rows.append(count: conversion.lost)
        rows.append(conversion.microseconds)
      }
    }
  }

  private func responses(_ rows: inout BinaryCopyRows) {
    var whole = [Responses](repeating: Responses(), count: 2)
    for property in aggregates.properties {
      for (index, responses) in property.responses.enumerated() where responses.isKnown {
        append(responses, isCurrent: index == 1, of: FigureKey(property.property, nil), &rows)
        whole[index].add(responses)
      }
    }
    for (index, responses) in whole.enumerated() where responses.isKnown {
      append(responses, isCurrent: index == 1, of: .portfolio, &rows)
    }
  }

  private func append(
    _ responses: Responses, isCurrent: Bool, of key: FigureKey, _ rows: inout BinaryCopyRows
  ) {
    rows.beginRow()
    rows.append(key.scope)
    rows.append(key.key)
    rows.append(isCurrent)
    rows.append(count: responses.durations.count)
    rows.append(sum(responses.durations) / 1e6)
    rows.append(median(responses.durations))
    for part in [responses.chatbot, responses.staff] {
      rows.append(count: part.count)
      rows.append(Double(part.microseconds) / 1e6)
    }
    for share in responses.shares {
      rows.append(count: share.old)
      rows.append(count: share.within)
    }
  }

  private func oldest(_ rows: inout BinaryCopyRows) {
    var oldest: [FigureKey: Int64] = [:]
    for property in aggregates.properties {
      for (status, since) in property.oldestOpen {
        let key = FigureKey(property.property, aggregates.symbols[status])
        for key in [key, key.ofPortfolio] { oldest[key] = min(oldest[key] ?? .max, since) }
      }
    }
    for (key, since) in oldest {
      rows.beginRow()
      rows.append(key.scope)
      rows.append(key.key)
      rows.append(key.status)
      rows.append(timestampMicroseconds: since)
    }
  }

  private func answeredDays(_ rows: inout BinaryCopyRows) {
    for property in aggregates.properties {
      for (day, answered) in property.answeredDays {
        rows.beginRow()
        rows.append(property.property)
        rows.append(day)
        rows.append(count: answered.created)
        rows.append(count: answered.quick)
      }
    }
  }
}

extension BinaryCopyRows {
  /// `bigint`.
  fileprivate mutating func append(count: Int) { append(Int64(count)) }
}

extension PostgresConnection {
  /// Writes all rows of a table of `measure_tables.sql` at once; they are few.
  package func fill(
    _ table: String, columns: Int, _ append: (inout BinaryCopyRows) -> Void
  ) throws(PostgresError) {
    var rows = BinaryCopyRows(columns: columns)
    append(&rows)
    try beginCopyIn("copy \(table) from stdin (format binary)")
    try copyIn(rows.finish())
    try endCopyIn()
    try script("analyze \(table)")
  }
}

import Foundation
import Leads
import Postgres
import Statistics

/// All durations of the survival figures: of the stays of the window and of the window before, 8 bytes each.
struct Durations: Sendable {
  /// Durations of the window before and of this one.
  struct Pair: Sendable {
    var previous = CensoredDurations()
    var current = CensoredDurations()

    fileprivate mutating func sort() {
      previous.sort()
      current.sort()
    }

    fileprivate mutating func append(_ other: Pair) {
      previous.append(contentsOf: other.previous)
      current.append(contentsOf: other.current)
    }
  }

  /// Stays by status.
  private(set) var stays: [FigureKey: Pair] = [:]
  /// From the creation of a lead as new to its answer, whatever its status then; no status.
  private(set) var answers: [FigureKey: Pair] = [:]
  /// Of the window's cohort, from the first entry into a status to the outcome.
  private(set) var advances: [FigureKey: CompetingRisks] = [:]
  /// Of the same leads, from creation to what a curve is about; its name in place of a status.
  private(set) var curves: [FigureKey: CompetingRisks] = [:]

  /// Those of every property, and of the portfolio.
  init(_ aggregates: WindowAggregates) {
    for property in aggregates.properties {
      for (status, pair) in property.stays {
        add(pair, to: \.stays, of: FigureKey(property.property, aggregates.symbols[status]))
      }
      if property.answers.isKnown {
        add(property.answers, to: \.answers, of: FigureKey(property.property, nil))
      }
      for (status, risks) in property.advances.enumerated() {
        let name = aggregates.symbols[Symbol(status)]
        add(risks, to: \.advances, of: FigureKey(property.property, name))
      }
      for (curve, risks) in zip(CurveName.allCases, property.curves) {
        add(risks, to: \.curves, of: FigureKey(property.property, curve.rawValue))
      }
    }
    sort()
  }

  private mutating func add(
    _ pair: Pair, to group: WritableKeyPath<Durations, [FigureKey: Pair]>, of key: FigureKey
  ) {
    self[keyPath: group][key] = pair
    self[keyPath: group][key.ofPortfolio, default: Pair()].append(pair)
  }

  private mutating func add(
    _ risks: CompetingRisks, to group: WritableKeyPath<Durations, [FigureKey: CompetingRisks]>,
    of key: FigureKey
  ) {
    guard risks.count > 0 else { return }
    self[keyPath: group][key] = risks
    self[keyPath: group][key.ofPortfolio, default: CompetingRisks()].append(contentsOf: risks)
  }

  /// Sorts them once for all figures.
  private mutating func sort() {
    for key in stays.keys { stays[key]?.sort() }
    for key in answers.keys { answers[key]?.sort() }
  }
}

extension Durations.Pair {
  fileprivate var isKnown: Bool { previous.count + current.count > 0 }

  mutating func append(_ time: Int64, _ isEvent: Bool, _ isCurrent: Bool) {
    if isCurrent {
      current.append(time: time, isEvent: isEvent)
    } else {
      previous.append(time: time, isEvent: isEvent)
    }
  }
}

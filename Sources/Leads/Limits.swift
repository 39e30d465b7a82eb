/// The repairs of one property in one direction: what a guard checks.
package struct RepairBatch: Hashable, Sendable {
  package var propertyID: String
  package var direction: Direction

  package init(propertyID: String, direction: Direction) {
    self.propertyID = propertyID
    self.direction = direction
  }
}

/// Limits that are checked before the first write.
package struct GuardLimits: Sendable, Equatable {
  /// The most repairs of one batch.
  package var repairsPerProperty: Int
  /// The most repairs of one batch, in percent of the leads known on both sides at the property.
  package var repairPercent: Double
  /// With fewer such leads, only the absolute limit applies.
  package var minPopulation: Int
  /// The most pushes into leased and lost of one run; with more, all of them are held back.
  package var terminalMoves: Int

  package init(
    repairsPerProperty: Int = 200, repairPercent: Double = 20, minPopulation: Int = 10,
    terminalMoves: Int = 25
  ) {
    self.repairsPerProperty = repairsPerProperty
    self.repairPercent = repairPercent
    self.minPopulation = minPopulation
    self.terminalMoves = terminalMoves
  }
}

/// What the guards hold back, with the reasons.
package struct GuardVerdict: Sendable, Equatable {
  package var held: [(cohort: RepairBatch, reason: String)]
  /// Set where the run's terminal pushes are held.
  package var terminalReason: String?

  package static func == (a: GuardVerdict, b: GuardVerdict) -> Bool {
    a.terminalReason == b.terminalReason
      && a.held.elementsEqual(b.held) { $0.cohort == $1.cohort && $0.reason == $1.reason }
  }
}

/// Checks the planned repairs of every batch against the leads known on both sides there.
package func evaluate(
  repairs: [RepairBatch: Int], population: [RepairBatch: Int], terminalPushes: Int,
  limits: GuardLimits
) -> GuardVerdict {
  var held: [(cohort: RepairBatch, reason: String)] = []
  for (cohort, count) in repairs where count > 0 {
    let seen = population[cohort] ?? 0
    if count > limits.repairsPerProperty {
      held.append((cohort, "\(count) repairs, the limit is \(limits.repairsPerProperty)"))
    } else if seen >= limits.minPopulation,
      Double(count) * 100 > limits.repairPercent * Double(seen)
    {
      held.append(
        (cohort, "\(count) repairs among \(seen) leads, the limit is \(limits.repairPercent)%"))
    }
  }
  held.sort {
    ($0.cohort.propertyID, $0.cohort.direction.rawValue)
      < ($1.cohort.propertyID, $1.cohort.direction.rawValue)
  }
  let isOver = terminalPushes > limits.terminalMoves
  return GuardVerdict(
    held: held,
    terminalReason: isOver
      ? "\(terminalPushes) pushes into leased or lost, the limit is \(limits.terminalMoves)" : nil)
}

/// Small batches are written before the rest, so that a systematic fault shows in few writes.
package enum Canary {
  /// With more repairs than this in one direction, the first ones are written as canaries.
  package static let threshold = 50
  /// The share of a batch that must be verified before the next is written.
  package static let requiredShare = 0.8

  /// Sizes of the batches, in order; their sum is `count`.
  package static func batches(of count: Int) -> [Int] {
    count <= threshold ? (count > 0 ? [count] : []) : [5, 25, count - 30]
  }
}

/// Finds leads that two writers change back and forth; they are left to a person.
package enum FlapDetector {
  /// How many of the latest runs are examined.
  package static let window = 5
  /// A lead with a repair attempted in so many of them is left to a person.
  package static let attempts = 3

  /// - Parameter attempted: whether a repair was attempted, in the lead's runs, latest first.
  package static func isFlapping(attempted: [Bool]) -> Bool {
    attempted.prefix(window).count { $0 } >= attempts
  }

  /// A lead that was stale in so many successive runs, with the same statuses and versions, is left to a person:
  /// the cause does not go away by itself.
  package static let staleRuns = 3

  /// - Parameter stale: how many of the last 3 runs left it stale with its present statuses and versions.
  package static func isStuck(stale: Int) -> Bool { stale >= staleRuns }
}

/// Which way repairs travel.
public enum Direction: String, Codable, CaseIterable, Sendable {
  case toResMan = "to_resman"
  case fromResMan = "from_resman"
}

/// Repairs of one property in one direction: what a guard judges.
public struct RepairBatch: Hashable, Sendable {
  public var propertyID: String
  public var direction: Direction

  public init(propertyID: String, direction: Direction) {
    self.propertyID = propertyID
    self.direction = direction
  }
}

/// Limits judged before the first write.
public struct GuardLimits: Sendable, Equatable {
  /// Repairs of one cohort at most.
  public var repairsPerProperty: Int
  /// Percent of the leads seen at the property that one cohort may repair.
  public var repairPercent: Double
  /// Below this many leads seen only the absolute limit applies.
  public var minPopulation: Int
  /// Pushes into leased and lost of one run; over it all of them are held.
  public var terminalMoves: Int

  public init(
    repairsPerProperty: Int = 200, repairPercent: Double = 20, minPopulation: Int = 10,
    terminalMoves: Int = 25
  ) {
    self.repairsPerProperty = repairsPerProperty
    self.repairPercent = repairPercent
    self.minPopulation = minPopulation
    self.terminalMoves = terminalMoves
  }
}

/// What the guards hold back, and why.
public struct GuardVerdict: Sendable, Equatable {
  public var held: [(cohort: RepairBatch, reason: String)]
  /// Set where the run's terminal pushes are held.
  public var terminalReason: String?

  public static func == (a: GuardVerdict, b: GuardVerdict) -> Bool {
    a.terminalReason == b.terminalReason
      && a.held.elementsEqual(b.held) { $0.cohort == $1.cohort && $0.reason == $1.reason }
  }
}

/// Judges the planned repairs of every cohort against the leads seen there.
public func evaluate(
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

/// A bad night shows in its first writes: small batches go ahead of the rest.
public enum Canary {
  /// Above this many repairs in one direction the first ones go ahead.
  public static let threshold = 50
  /// The share of a batch that must be verified for the next to go.
  public static let requiredShare = 0.8

  /// Sizes of the batches, in order; their sum is `count`.
  public static func batches(of count: Int) -> [Int] {
    count <= threshold ? (count > 0 ? [count] : []) : [5, 25, count - 30]
  }
}

/// Two writers that undo each other: the lead is parked for a person.
public enum FlapDetector {
  /// Runs looked at, the latest ones.
  public static let window = 5
  /// Runs with a repair attempted among them that park a lead.
  public static let attempts = 3

  /// - Parameter attempted: whether a repair was attempted, in the lead's runs, latest first.
  public static func isFlapping(attempted: [Bool]) -> Bool {
    attempted.prefix(window).count { $0 } >= attempts
  }

  /// Runs running in which a lead was stale while its sightings stood still, that park it: whatever
  /// makes it so will not pass by itself.
  public static let staleRuns = 3

  /// - Parameter stale: how many of the last 3 runs left it stale with the sightings of now.
  public static func isStuck(stale: Int) -> Bool { stale >= staleRuns }
}

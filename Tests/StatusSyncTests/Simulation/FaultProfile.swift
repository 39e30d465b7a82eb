import Leads

import StandIns

/// What the two systems offer, and which faults occur in one simulation; all drawn from a seed.
struct FaultProfile: Sendable {
  /// What happens to one write.
  enum WriteFault: String, CaseIterable, Sendable {
    case none, slow
    /// No byte is sent.
    case notSent
    case tooManyRequests
    /// 5xx; nothing is applied.
    case errorBefore
    /// Applied; then 5xx, a torn body, or a timeout.
    case errorAfter
    /// 200 with `success: false`.
    case unsuccessful
    /// A timeout; the change arrives seconds later.
    case late
    case forbidden
    /// A false answer: acknowledged, but not saved.
    case notSaved
    /// A false answer: applied, and once more seconds later, with any key.
    case twice

    var isLie: Bool { self == .notSaved || self == .twice }
  }

  /// The format of `updated_at` in both systems.
  enum Stamps: Sendable {
    case none, exact
    /// A date without a time of day.
    case midnight
    /// From a clock that is 180 years ahead.
    case future
  }

  var offersHistory: Bool
  /// The history lacks its older entries.
  var historyIsShort: Bool
  var offersETag: Bool
  var offersIdempotency: Bool
  var stamps: Stamps
  /// Share of faulty writes, reads, and pulls of a property.
  var writeFaults: Double
  var readFaults: Double
  var pullFaults: Double
  /// Share of reads after which somebody edits the lead.
  var edits: Double
  var lies: Bool
  /// Share of store calls during which the database goes away.
  var storeFaults: Double
  /// Share of statements that take seconds, and of reads of the wall clock at which it jumps.
  var slowStatements: Double
  var clockJumps: Double
  /// Share of nights that end with the death of the process.
  var deaths: Double

  init(_ random: inout SplitMix) {
    offersHistory = random.chance(0.6)
    historyIsShort = random.chance(0.15)
    offersETag = random.chance(0.6)
    offersIdempotency = random.chance(0.7)
    stamps = random.pick([
      .none, .exact, .exact, .exact, .exact, .exact, .midnight, .midnight, .future,
    ])
    writeFaults = random.pick([0, 0.2, 0.4, 0.7])
    readFaults = random.pick([0, 0.02, 0.1])
    pullFaults = random.pick([0, 0.1])
    edits = random.pick([0, 0.03, 0.12])
    lies = random.chance(0.3)
    storeFaults = random.pick([0, 0, 0.01])
    slowStatements = random.pick([0, 0.02])
    clockJumps = random.pick([0, 0.1])
    deaths = random.pick([0, 0.6, 0.9])
  }

  /// The same systems, from now on without faults.
  var calm: FaultProfile {
    var calm = self
    calm.writeFaults = 0
    calm.readFaults = 0
    calm.pullFaults = 0
    calm.edits = 0
    calm.storeFaults = 0
    calm.slowStatements = 0
    calm.clockJumps = 0
    calm.deaths = 0
    return calm
  }

  /// A version as the system prints it; nil if it prints none.
  func stamp(_ version: Int64) -> String? {
    let day: Int64 = 86_400_000_000
    return switch stamps {
    case .none: nil
    case .exact: Instant(microseconds: version).iso8601
    case .midnight: Instant(microseconds: version / day * day).iso8601
    case .future: Instant(microseconds: version + 65_700 * day).iso8601
    }
  }

  /// What happens to the next write.
  func writeFault(_ random: inout SplitMix) -> WriteFault {
    guard random.chance(writeFaults) else { return .none }
    return random.pick(WriteFault.allCases.filter { lies || !$0.isLie })
  }
}

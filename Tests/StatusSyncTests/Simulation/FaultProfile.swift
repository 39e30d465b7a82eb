import Leads

@testable import StandIns

/// What the two systems offer and what goes wrong in one simulation; all of it drawn from a seed.
struct FaultProfile: Sendable {
  /// What becomes of one write.
  enum WriteFault: String, CaseIterable, Sendable {
    case none, slow
    /// No byte went out.
    case notSent
    case tooManyRequests
    /// 5xx; nothing is applied.
    case errorBefore
    /// Applied; 5xx, a torn body, a timeout.
    case errorAfter
    /// 200 with `success: false`.
    case unsuccessful
    /// A timeout; the change arrives seconds later.
    case late
    case forbidden
    /// A lie: acknowledged, not saved.
    case notSaved
    /// A lie: applied, and once more seconds later, whatever key it carries.
    case twice

    var isLie: Bool { self == .notSaved || self == .twice }
  }

  /// How both systems print `updated_at`.
  enum Stamps: Sendable {
    case none, exact
    /// As a date without a time of day.
    case midnight
    /// By a clock that is 180 years ahead.
    case future
  }

  var offersHistory: Bool
  /// The history is cut off before its end.
  var historyIsShort: Bool
  var offersETag: Bool
  var offersIdempotency: Bool
  var stamps: Stamps
  /// Share of writes, reads, pulls of a property that go wrong.
  var writeFaults: Double
  var readFaults: Double
  var pullFaults: Double
  /// Share of reads after which somebody edits the lead.
  var edits: Double
  var lies: Bool
  /// Share of store calls at which the database goes away.
  var storeFaults: Double
  /// Share of statements that take seconds, and of looks at the wall clock at which it jumps.
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

  /// The same systems, with nothing going wrong any more.
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

  /// A version as it is printed; nil where none is.
  func stamp(_ version: Int64) -> String? {
    let day: Int64 = 86_400_000_000
    return switch stamps {
    case .none: nil
    case .exact: Instant(microseconds: version).iso8601
    case .midnight: Instant(microseconds: version / day * day).iso8601
    case .future: Instant(microseconds: version + 65_700 * day).iso8601
    }
  }

  /// What becomes of the next write.
  func writeFault(_ random: inout SplitMix) -> WriteFault {
    guard random.chance(writeFaults) else { return .none }
    return random.pick(WriteFault.allCases.filter { lies || !$0.isLie })
  }
}

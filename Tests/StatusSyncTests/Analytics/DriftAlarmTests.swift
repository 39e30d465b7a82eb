import Foundation
import Leads
import Testing

@testable import Statistics  // uses `BetaBinomial`, internal

@Suite struct DriftAlarmTests {
  typealias Sample = DriftAlarm.Sample

  /// Integer parameters by exact fractions, the others as SciPy 1.17's `betabinom.sf(k - 1, n, a, b)`.
  static let tails: [(n: Int, a: Double, b: Double, k: Int, expected: Double)] = [
    (10, 2, 3, 4, 6.0 / 11), (10, 2, 3, 10, 1.0 / 91), (5, 1, 1, 3, 0.5),
    (40, 2, 60, 6, 221_741.0 / 15_087_380), (400, 1.5, 140, 12, 0.05895242444809656),
    (1000, 0.8, 300, 15, 0.012272651160912362),
  ]

  @Test(arguments: tails)
  func theTailIsThatOfTheBetaBinomial(
    _ n: Int, _ a: Double, _ b: Double, _ k: Int, _ expected: Double
  ) {
    let tail = BetaBinomial(trials: n, alpha: a, beta: b).atLeast(k)
    #expect(abs(tail - expected) < 1e-9 * max(1, expected))
  }

  @Test func theTailsAddUp() {
    let distribution = BetaBinomial(trials: 50, alpha: 0.7, beta: 9)
    #expect(distribution.atLeast(0) == 1)
    #expect(distribution.atLeast(51) == 0)
    var last = 1.0
    for k in 1...50 {
      let tail = distribution.atLeast(k)
      #expect(tail > 0 && tail < last)
      last = tail
    }
  }

  /// About 4 of 400 leads each night, in a repeating pattern.
  private static func steady(_ nights: Int) -> [Sample] {
    (0..<nights).map { Sample(leads: 400, drifted: [4, 3, 5, 4, 6, 2, 4][$0 % 7]) }
  }

  @Test func thirteenNightsAreTooFew() throws {
    let alarm = try #require(
      DriftAlarm.evaluate([(Self.steady(13), Sample(leads: 400, drifted: 200))]).first)
    #expect(alarm.verdict == .insufficientHistory)
    #expect(alarm.pValue == nil && alarm.qValue == nil && alarm.cusum == nil)
  }

  @Test(arguments: [(4, DriftAlarm.Verdict.quiet), (7, .quiet), (25, .jump), (400, .jump)])
  func aNightIsComparedWithItsOwnHistory(_ drifted: Int, _ verdict: DriftAlarm.Verdict) throws {
    let alarm = try #require(
      DriftAlarm.evaluate([(Self.steady(14), Sample(leads: 400, drifted: drifted))]).first)
    #expect(alarm.verdict == verdict)
    #expect(alarm.nights == 14)
  }

  /// A history with a large spread makes a high count more probable than one with a small spread.
  @Test func aLargeSpreadRaisesTheExpectation() throws {
    let wild = (0..<14).map { Sample(leads: 400, drifted: [0, 0, 20, 1, 0, 7, 0][$0 % 7]) }
    let alarms = DriftAlarm.evaluate([
      (Self.steady(14), Sample(leads: 400, drifted: 14)), (wild, Sample(leads: 400, drifted: 14)),
    ])
    #expect(alarms.map(\.verdict) == [.jump, .quiet])
  }

  /// One unlikely night among many properties is not an alarm; the same p-value alone would be one.
  @Test func manyPropertiesAreAdjustedForTogether() throws {
    let odd = (Self.steady(14), Sample(leads: 400, drifted: 10))
    let alone = try #require(DriftAlarm.evaluate([odd]).first)
    #expect(alone.verdict == .jump)
    let quiet = Array(repeating: (Self.steady(14), Sample(leads: 400, drifted: 4)), count: 99)
    let among = try #require(DriftAlarm.evaluate([odd] + quiet).first)
    #expect(among.pValue == alone.pValue)
    #expect(among.verdict == .quiet)
  }

  /// One and a half times the usual drift, night after night: no single night is unusual, all of them
  /// together are.
  @Test func aSlowLeakAddsUp() throws {
    let leak = Self.steady(28).map { Sample(leads: 400, drifted: $0.drifted + 2) }
    let tonight = Sample(leads: 400, drifted: 6)
    let alarm = try #require(DriftAlarm.evaluate([(Self.steady(28) + leak, tonight)]).first)
    #expect(alarm.verdict == .leak)
    #expect((alarm.qValue ?? 0) > DriftAlarm.falseDiscoveryRate)
    let steady = try #require(
      DriftAlarm.evaluate([(Self.steady(56), Sample(leads: 400, drifted: 4))]).first)
    #expect(steady.verdict == .quiet)
  }

  @Test func aPropertyThatNeverDriftedAllowsOneLead() throws {
    let never = Array(repeating: Sample(leads: 400, drifted: 0), count: 60)
    let alarm = try #require(DriftAlarm.evaluate([(never, Sample(leads: 400, drifted: 0))]).first)
    #expect(alarm.pValue == 1 && alarm.cusum == 0 && alarm.verdict == .quiet)
    let nobody = try #require(DriftAlarm.evaluate([(never, Sample(leads: 0, drifted: 0))]).first)
    #expect(nobody.verdict == .insufficientHistory)
  }
}

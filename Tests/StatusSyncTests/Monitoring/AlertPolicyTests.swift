import Leads
import Testing

@testable import StatusSync  // uses `AlertPolicy`, internal

/// When messages are sent, night by night.
@Suite struct AlertPolicyTests {
  private static func night(_ day: Int, hour: Int = 2) -> Instant {
    Instant(microseconds: (Int64(20_000 + day) * 24 + Int64(hour)) * 3_600_000_000)
  }

  /// The causes of each night, and the messages sent after it.
  @Test(arguments: [
    ([[], [], []], [[], [], []]),
    ([["failure"], ["failure"]], [["failure"], ["failure"]]),
    (
      [["guard", "partial"], ["partial"], []], [["guard", "partial"], ["partial"], ["recovered"]]
    ),
    ([["failure"], [], []], [["failure"], ["recovered"], []]),
    (
      [[], [], [], [], [], [], [], [], [], [], [], [], [], [], []],
      [[], [], [], [], [], [], [], ["well"], [], [], [], [], [], [], ["well"]]
    ),
    (
      [[], [], ["guard"], [], [], [], [], [], [], [], []],
      [[], [], ["guard"], ["recovered"], [], [], [], [], [], [], ["well"]]
    ),
  ])
  func nightByNight(_ causes: [[String]], _ told: [[String]]) {
    var policy = AlertPolicy()
    let found = causes.enumerated().map { day, causes in
      policy.ended(causes, at: Self.night(day)).map(Self.name)
    }
    #expect(found == told)
  }

  private static func name(_ message: AlertPolicy.Message) -> String {
    switch message {
    case .trouble(let cause): cause
    case .recovered: "recovered"
    case .allWell: "well"
    }
  }

  /// A night under a clock set ahead puts off no message of a week in which all is well.
  @Test func aClockSetAheadPutsOffNoMessage() {
    var policy = AlertPolicy()
    #expect(policy.ended([], at: Self.night(400)).isEmpty)
    let told = (0...7).map { policy.ended([], at: Self.night($0)).map(Self.name) }
    #expect(told == [[], [], [], [], [], [], [], ["well"]])
  }

  @Test func oneCauseIsToldOnceADay() {
    var policy = AlertPolicy()
    #expect(policy.ended(["failure"], at: Self.night(0, hour: 2)).count == 1)
    #expect(policy.ended(["failure"], at: Self.night(0, hour: 3)).isEmpty)
    // Another cause on the same day is another message.
    #expect(policy.ended(["failure", "guard"], at: Self.night(0, hour: 4)).count == 1)
    #expect(policy.isStale(at: Self.night(1, hour: 5)).count == 1)
    #expect(policy.isStale(at: Self.night(1, hour: 23)).isEmpty)
    #expect(policy.isStale(at: Self.night(2, hour: 0)).count == 1)
    #expect(
      policy.ended([], at: Self.night(2, hour: 2)) == [
        .recovered(from: ["failure", "guard", "staleness"])
      ])
  }
}

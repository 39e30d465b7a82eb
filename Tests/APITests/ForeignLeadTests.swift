import Foundation
import Leads
import StandIns
import Testing

/// A key of one property asks for a lead of another property: the work done, the answer, and the time taken
/// are those for a lead that does not exist.
@Suite struct ForeignLeadTests {
  private static let foreign = "L-1"
  private static let absent = "L-nobody"

  /// ResMan's state: working, asking to wait, or failing.
  @Test(arguments: [
    [], [Fault(.tooManyRequests, on: .resman, route: .lead, retryAfter: "1000")],
    [Fault(.errorBefore, on: .resman, route: .lead)],
    [Fault(.forbidden, on: .resman, route: .lead)],
  ])
  func theSameCallsAreMadeAndTheSameIsAnswered(_ faults: [Fault]) async throws {
    var seen: [[String]] = []
    for lead in [Self.foreign, Self.absent] {
      seen += try await APIFixture.with { fixture in
        fixture.standIns.faults.set(faults)
        var all: [[String]] = []
        for key in [nil, "k"] {
          let before = fixture.standIns.ledger.reading.arrivals.count
          let answer = try await fixture.put(lead, "lost", key: fixture.oakKey, idempotency: key)
          let calls = fixture.standIns.ledger.reading.arrivals.dropFirst(before).map {
            "\($0.system) \($0.method) \($0.route.map { "\($0)" } ?? "")"
          }
          all.append(["\(answer.status)", answer.json["detail"]?.string ?? ""] + calls)
          #expect(answer.json["type"] != nil)
        }
        #expect(fixture.standIns.ledger.applied.isEmpty)
        return all
      }
    }
    // With a key and without one; the foreign lead first.
    #expect(seen[0] == seen[2])
    #expect(seen[1] == seen[3])
    #expect(seen[0].contains("resman GET lead"))
    #expect(!seen.joined().contains { $0.hasPrefix("domiq") })
  }

  /// ResMan takes some time for each call. The calls alternate, and neither kind may be slower. The measure
  /// is the probability that the answer for a foreign lead takes longer than for an absent one
  /// (Mann-Whitney): 0.5 if the two cannot be told apart, 0 if foreign leads are answered at once. With 30 of
  /// each its standard error is 0.075.
  @Test func theTimesOfBothAreOfOneDistribution() async throws {
    try await APIFixture.with { fixture in
      fixture.standIns.faults.set([Fault(.delay, on: .resman, route: .lead, seconds: 0.02)])
      var times: [String: [Duration]] = [:]
      for _ in 0..<30 {
        for lead in [Self.foreign, Self.absent] {
          let clock = ContinuousClock()
          let began = clock.now
          let answer = try await fixture.put(lead, "lost", key: fixture.oakKey)
          times[lead, default: []].append(clock.now - began)
          #expect(answer.status == 404)
        }
      }
      let (foreign, absent) = (times[Self.foreign] ?? [], times[Self.absent] ?? [])
      let longer = foreign.reduce(0) { sum, time in sum + absent.count { $0 < time } }
      let chance = Double(longer) / Double(foreign.count * absent.count)
      #expect((0.15...0.85).contains(chance))
    }
  }
}

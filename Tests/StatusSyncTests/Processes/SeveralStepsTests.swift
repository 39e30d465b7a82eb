import Foundation
import Leads
import Postgres
import StandIns
import Testing

/// Invariant 22 for a push of several steps: wherever it is interrupted, the next run continues to DomIQ's
/// status, and DomIQ keeps that status.
@Suite(.serialized) struct SeveralStepsTests {
  /// The point at which the process is killed; steps count from 0.
  struct Place: Sendable, CustomStringConvertible {
    var step: Int
    /// True: the request is processed and its answer is held; false: the request itself is held.
    var isApplied: Bool
    /// The held request has no effect.
    var isLost = false
    var description: String {
      "step \(step), \(isApplied ? "answer held" : isLost ? "lost" : "held")"
    }
  }

  static let places: [Place] = [
    Place(step: 0, isApplied: true), Place(step: 0, isApplied: false),
    Place(step: 1, isApplied: true), Place(step: 1, isApplied: false),
    Place(step: 1, isApplied: false, isLost: true),
  ]

  @Test(arguments: ProcessHarness.isWhole ? places : [places[0], places[3], places[4]])
  func aPushKilledBetweenItsStepsGoesOn(_ place: Place) async throws {
    try await ProcessHarness.with { harness in
      let lead = try harness.severalSteps()
      var faults = [
        Fault(
          place.isApplied ? .holdAnswer : .hold, on: .resman, route: .status, lead: lead.lead,
          skip: place.step, count: 1)
      ]
      if place.isLost {
        faults.append(
          Fault(
            .errorBefore, on: .resman, route: .status, lead: lead.lead, skip: place.step, count: 1))
      }
      harness.standIns.faults.set(faults)
      let program = try harness.start()
      try await harness.untilHeld(1)
      await program.killed()
      harness.standIns.holds.release()
      try await eventually("the held request is never answered") {
        let reading = harness.standIns.ledger.reading
        return reading.replies.count == reading.arrivals.count
      }
      try await harness.converge()
      #expect(
        harness.standIns.resman.lead(lead.lead)?.status == lead.to.rawValue)
    }
  }

  /// The answers and the reads after them are torn: the run ends without knowing the outcome, and the next
  /// one continues.
  @Test(arguments: ProcessHarness.isWhole ? [0, 1, 2] : [0, 1])
  func aPushWhoseAnswersAreTornGoesOn(_ step: Int) async throws {
    try await ProcessHarness.with { harness in
      let lead = try harness.severalSteps()
      harness.standIns.faults.set([
        Fault(.torn, on: .resman, route: .status, lead: lead.lead, skip: step, count: 1),
        // Every read after the fresh one.
        Fault(.torn, on: .resman, route: .lead, lead: lead.lead, skip: 1, count: 20),
      ])
      let ended = try await harness.run()
      #expect(ended.status == 3, "\(ended.err)")
      try await harness.converge()
      #expect(harness.standIns.resman.lead(lead.lead)?.status == lead.to.rawValue)
    }
  }
}

import Foundation
import Leads
import Postgres
import StandIns
import Testing

/// Invariant 22 on a push of several steps: wherever it is interrupted, the next run goes on to the
/// status that DomIQ has, and DomIQ keeps it.
@Suite(.serialized) struct SeveralStepsTests {
  /// Where the process is when it dies; a step counts from 0.
  struct Place: Sendable, CustomStringConvertible {
    var step: Int
    /// The request arrives, is answered, and the answer is held; else it is held itself.
    var isApplied: Bool
    /// What is held comes to nothing.
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

  /// Answers, and what is read back, are torn: the run ends without knowing, and the next goes on.
  @Test(arguments: ProcessHarness.isWhole ? [0, 1, 2] : [0, 1])
  func aPushWhoseAnswersAreTornGoesOn(_ step: Int) async throws {
    try await ProcessHarness.with { harness in
      let lead = try harness.severalSteps()
      harness.standIns.faults.set([
        Fault(.torn, on: .resman, route: .status, lead: lead.lead, skip: step, count: 1),
        // Everything after the fresh read.
        Fault(.torn, on: .resman, route: .lead, lead: lead.lead, skip: 1, count: 20),
      ])
      let ended = try await harness.run()
      #expect(ended.status == 3, "\(ended.err)")
      try await harness.converge()
      #expect(harness.standIns.resman.lead(lead.lead)?.status == lead.to.rawValue)
    }
  }
}

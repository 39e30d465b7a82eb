import Foundation
import Leads
import Testing

@testable import StandIns  // uses `uuid`, internal

/// A push that takes effect after people on both sides have agreed on another status: no later night may take
/// our late change for theirs.
@Suite struct LateArrivalTests {
  private static let lead = "L-1"

  /// DomIQ says leased, and the push of that may still arrive. Staff set application, the conversation goes
  /// back to application as well, and only then does the push arrive. DomIQ's people moved last: a person
  /// decides.
  @Test(
    arguments: [FaultProfile.Stamps.exact, .midnight, .none, .future], [true, false])
  func aPushThatArrivesAfterStaffMovedIsNotTheirs(
    _ stamps: FaultProfile.Stamps, offersHistory: Bool
  ) async throws {
    let world = Self.world(stamps, offersHistory: offersHistory)
    try await onThread { Result { try world.scheduler.run { await Self.nights(world) } } }.get()
    #expect(world.violations.isEmpty)
    #expect(world.reached["write fault late"] == 1)
    #expect(world.truth.resman[Self.lead]?.raw == "leased")
    #expect(world.truth.domiq[Self.lead]?.raw == "application_started")
    #expect(try world.tables.questions() == [Self.lead])
    #expect(try world.tables.log().last { $0.status == "success" }?.new == .leased)
  }

  private static func world(
    _ stamps: FaultProfile.Stamps, offersHistory: Bool
  ) -> SimulatedWorld {
    let world = SimulatedWorld(seed: 22, tables: MemoryTables(), isTraced: false)
    world.profile = world.profile.calm
    world.profile.stamps = stamps
    world.profile.offersHistory = offersHistory
    world.profile.historyIsShort = false
    world.profile.offersETag = false
    world.profile.lies = false
    var record = TrueLead(
      lead: lead, conversation: world.random.uuid(), property: world.properties[0].id,
      raw: "tour_scheduled", version: world.scheduler.now - 1_000_000, facts: .everythingMet)
    world.truth.resman[lead] = record
    record.raw = "tour_booked"
    world.truth.domiq[lead] = record
    return world
  }

  /// An agreement; the night whose push arrives late; two more nights.
  private static func nights(_ world: SimulatedWorld) async {
    await night(0, world)
    await world.scheduler.wait(3_600_000_000)
    world.truth.edit(.domiq, lead: lead, to: "leased", at: world.scheduler.now)
    await world.scheduler.wait(60_000_000)
    world.scripts[lead] = [.late]
    onceSent(world) {
      world.truth.edit(.resman, lead: lead, to: "application", at: world.scheduler.now)
    }
    await night(1, world)
    world.truth.edit(.domiq, lead: lead, to: "application_started", at: world.scheduler.now)
    for number in 2...3 {
      await world.scheduler.wait(61_000_000)
      await night(number, world)
    }
  }

  /// Before the sender can have read anything back.
  private static func onceSent(_ world: SimulatedWorld, _ act: @escaping @Sendable () -> Void) {
    guard world.truth.sendings.isEmpty else { return act() }
    world.scheduler.alarm(at: world.scheduler.now + 500) { onceSent(world, act) }
  }

  private static func night(_ number: Int, _ world: SimulatedWorld) async {
    let life = ProcessLife(number: number, death: nil)
    let ended = await SimulatedNight(world: world, life: life).run()
    do { try world.check(ended, life) } catch { world.violations.append("\(error)") }
  }
}

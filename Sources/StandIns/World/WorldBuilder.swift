import Foundation
import Leads

/// Makes a world lead by lead.
struct WorldBuilder {
  private static let oneDay = LifecycleModel.day

  private var world: World
  private var random: SplitMix
  private let sites: [PropertyModel]
  private let now: Int64
  private var number = 100_000

  init(properties: Int, seed: UInt64, now: Instant) {
    random = SplitMix(seed: seed)
    self.now = now.microseconds
    sites = NameData.sites(properties, now: now.microseconds, &random)
    world = World(now: now, properties: sites.map(\.record))
  }

  /// The scenarios in an order that does not depend on them.
  mutating func shuffled(_ scenarios: [Scenario]) -> [Scenario] {
    scenarios.shuffled(using: &random)
  }

  /// Adds one lead in the state of the scenario.
  mutating func add(_ scenario: Scenario) {
    number += 1
    let site = random.choice(sites.map { ($0, $0.weight) }, else: sites[0])
    let lifecycle = lifecycle(of: scenario, at: site)
    let conversation = scenario.domiq == .absent ? nil : random.uuid()
    let writer = LogWriter(
      beginning: now - 185 * Self.oneDay, leadID: "L-\(number)", conversationID: conversation,
      propertyID: site.record.id)
    let (rows, agreements) = writer.write(lifecycle, &random)
    if scenario.isLogged { world.log.append(contentsOf: rows) }
    var draft = LeadDraft(
      number: number, site: site, scenario: scenario, lifecycle: lifecycle, agreements: agreements,
      now: now)
    draft.draw(&random)
    if scenario.resman != .absent { world.resman.append(draft.resman(&random)) }
    if let conversation {
      let lead = draft.domiq(conversation, &random)
      world.domiq.append(lead)
      if scenario.verdict == .inSync, random.chance(0.01) {
        world.domiq.append(secondConversation(of: lead))
      }
    }
    world.judgements.append(
      World.Judgement(
        leadID: writer.leadID, verdict: scenario.verdict, rule: scenario.rule,
        action: scenario.action))
  }

  /// Adds conversations that are not in ResMan yet.
  mutating func addConversationsWithoutLead(_ count: Int) {
    for _ in 0..<count {
      number += 1
      let site = random.choice(sites.map { ($0, $0.weight) }, else: sites[0])
      let at = now - Int64((0.02 + random.unit()) * Double(Self.oneDay))
      let lifecycle = LeadLifecycle(steps: [
        LeadLifecycle.Step(from: nil, to: .new, at: at, by: .chatbot)
      ])
      var draft = LeadDraft(
        number: number, site: site, scenario: .inSync, lifecycle: lifecycle,
        agreements: [Agreement(domiqAt: at, resmanAt: at)], now: now)
      draft.draw(&random)
      var lead = draft.domiq(random.uuid(), &random)
      lead.resmanLeadID = nil
      world.domiq.append(lead)
    }
  }

  /// The world, its log in the order it was written.
  consuming func finish() -> World {
    let order = world.log.indices.sorted { left, right in
      (world.log[left].createdAt, left) < (world.log[right].createdAt, right)
    }
    world.log = order.map { world.log[$0] }
    return world
  }

  private mutating func lifecycle(of scenario: Scenario, at site: PropertyModel) -> LeadLifecycle {
    guard let agreed = scenario.agreed else {
      return site.lifecycles.run(
        from: arrival(at: site), until: now - LifecycleModel.hour / 2, &random)
    }
    let end = now - Int64((1.1 + 40 * random.unit() * random.unit()) * Double(Self.oneDay))
    let isStuck = scenario.via != nil
    let lastBy: Author? =
      switch (scenario.domiq, scenario.resman) {
      case (.stuck, _): .resmanUser
      case (_, .stuck): .chatbot
      default: isStuck ? .resmanUser : nil
      }
    return site.lifecycles.run(to: agreed, via: scenario.via, at: end, lastBy: lastBy, &random)
  }

  /// When a lead first got in touch: in the last 185 days, so that there are two windows of 90 to
  /// compare, a few in the month before; fewer at weekends, most by day.
  private mutating func arrival(at site: PropertyModel) -> Int64 {
    let isOld = random.chance(0.08)
    while true {
      let days = isOld ? 185 + 30 * random.unit() : 185 * random.unit()
      let at = now - Int64(days * Double(Self.oneDay)) - LifecycleModel.hour
      let local = at + site.lifecycles.offset * LifecycleModel.second
      let weekday = (local / Self.oneDay + 4) % 7
      let hour = (local % Self.oneDay) / LifecycleModel.hour
      let share = (weekday == 0 || weekday == 6 ? 0.6 : 1) * (8..<23 ~= hour ? 1 : 0.15)
      if random.chance(share) { return at }
    }
  }

  /// An older chat of the same prospect, which is no longer the lead's current one.
  private mutating func secondConversation(of lead: DomIQLead) -> DomIQLead {
    var second = lead
    second.conversationID = random.uuid()
    second.status = "engaged"
    second.createdAt -= Self.oneDay * Int64(random.whole(1...20))
    second.updatedAt = second.createdAt + LifecycleModel.hour
    second.messageCount = random.whole(2...9)
    return second
  }
}

import Foundation
import Leads

/// What made-up leads tell beside their status: drawn for each lead by itself, so that it changes nothing else of a world.
extension LeadDraft {
  /// What each side tells. ResMan cannot record a no-show; DomIQ knows only what came by its chat.
  func notes() -> (resman: LeadNotes, domiq: LeadNotes) {
    var random = SplitMix(seed: UInt64(number) &* 0x9E37_79B9)
    for _ in 0..<3 { _ = random.next() }
    var resman = LeadNotes()
    var domiq = LeadNotes()
    let isChat = lifecycle.steps.first?.by == .chatbot
    let source = source(isChat: isChat, &random)
    if random.chance(0.9) { resman.source = source }
    if isChat { domiq.source = random.chance(0.8) ? "Website chat" : source }
    if random.chance(isChat ? 0.7 : 0.95) {
      let agent = site.agents[random.whole(0...site.agents.count - 1)]
      (resman.agentID, resman.agentName) = (agent.id, agent.name)
    }
    if lifecycle.status == .lost, random.chance(0.8) {
      resman.lostReason = random.choice(Self.lostReasons, else: "Price")
    }
    contacts(&resman, &domiq, &random)
    tour(&resman, &domiq, &random)
    return (resman, domiq)
  }

  private static let lostReasons: [(String, Double)] = [
    ("Price", 5), ("Chose another community", 4), ("No reply", 4), ("Move-in date", 2),
    ("Pet policy", 1.5), ("No unit of the right size", 1.5), ("Credit", 1),
  ]

  /// Referrals lead to leases more often than listings.
  private func source(isChat: Bool, _ random: inout SplitMix) -> String {
    let isFar = (lifecycle.status.rank ?? 0) >= 4
    return random.choice(
      [
        ("Website chat", isChat ? 6.0 : 0), ("Zillow", 3), ("Apartments.com", 2.5),
        ("Google", 1.5), ("Referral", isFar ? 3 : 0.8), ("Walk-in", isChat ? 0 : 2),
        ("zillow", 0.3),
      ], else: "Google")
  }

  private func contacts(
    _ resman: inout LeadNotes, _ domiq: inout LeadNotes, _ random: inout SplitMix
  ) {
    let answer = lifecycle.steps.first { ($0.to.rank ?? 0) > 0 }
    guard let answer else {
      // Answered, and still not moved on by anybody.
      if random.chance(0.3) {
        resman.firstContactAt = min(
          lifecycle.createdAt + 2 * LifecycleModel.hour, now - LifecycleModel.hour)
        resman.lastContactAt = resman.firstContactAt
      }
      return
    }
    let isStaff = answer.by == .resmanUser
    if isStaff { resman.firstContactAt = answer.at } else { domiq.firstContactAt = answer.at }
    if random.chance(0.85) {
      let latest = lifecycle.endedAt + Int64(random.unit() * Double(3 * LifecycleModel.day))
      resman.lastContactAt = max(answer.at, min(latest, now - LifecycleModel.hour / 2))
    }
  }

  private func tour(
    _ resman: inout LeadNotes, _ domiq: inout LeadNotes, _ random: inout SplitMix
  ) {
    guard let booked = lifecycle.steps.lastIndex(where: { $0.to == .tourScheduled }) else { return }
    let went = lifecycle.steps[booked...].contains { ($0.to.rank ?? 0) > 3 }
    let isLost = lifecycle.status == .lost
    let isOver = lifecycle.endedAt + 3 * LifecycleModel.day < now
    if lifecycle.steps[booked].by == .chatbot { domiq.tourStatus = TourStatus.booked.rawValue }
    guard random.chance(0.92) else { return }
    let end: TourStatus =
      if went {
        .showed
      } else if isLost {
        random.choice([(.showed, 5), (.cancelled, 3), (.noShow, 2)], else: .showed)
      } else if isOver {
        random.choice([(.booked, 5), (.showed, 3), (.noShow, 1)], else: .booked)
      } else {
        .booked
      }
    if end == .noShow {
      resman.tourStatus = TourStatus.booked.rawValue
      domiq.tourStatus = end.rawValue
    } else {
      resman.tourStatus = end.rawValue
    }
  }
}

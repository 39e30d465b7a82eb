import Foundation
import Leads

/// One lead of a world before it is written into both systems.
struct LeadDraft {
  let number: Int
  let site: PropertyModel
  let scenario: Scenario
  let lifecycle: LeadLifecycle
  /// One for each step of the life.
  let agreements: [Agreement]
  let now: Int64
  private var person: Person?
  /// When each side's own people last moved it.
  private var domiqMovedAt: Int64 = 0
  private var resmanMovedAt: Int64 = 0

  init(
    number: Int, site: PropertyModel, scenario: Scenario, lifecycle: LeadLifecycle,
    agreements: [Agreement], now: Int64
  ) {
    self.number = number
    self.site = site
    self.scenario = scenario
    self.lifecycle = lifecycle
    self.agreements = agreements
    self.now = now
  }

  /// Draws who the prospect is and when the sides moved: since the last agreement, and at the
  /// earliest 20 hours ago.
  mutating func draw(_ random: inout SplitMix) {
    let ranks =
      lifecycle.steps.map(\.to.rank)
      + [scenario.domiq, scenario.resman].map { position in
        if case .moved(let status) = position { status.rank } else { nil }
      }
    let rank = ranks.reduce(0) { max($0, $1 ?? 0) }
    let tour = lifecycle.endedAt + 3 * LifecycleModel.day
    person = Person(number: number, rank: rank, lack: scenario.lack, tourAt: tour, &random)
    let earliest = now - 20 * LifecycleModel.hour
    func moment() -> Int64 {
      earliest + Int64(random.unit() * Double(19 * LifecycleModel.hour))
    }
    domiqMovedAt = moment()
    resmanMovedAt = moment()
  }

  /// The lead in ResMan.
  func resman(_ random: inout SplitMix) -> ResManLead {
    var lead = ResManLead(
      id: "L-\(number)", propertyID: site.record.id, status: lifecycle.status.rawValue,
      updatedAt: agreements.last?.resmanAt ?? lifecycle.endedAt, createdAt: lifecycle.createdAt,
      firstName: person?.firstName ?? "", lastName: person?.lastName ?? "",
      email: person?.email, phone: person?.phone, leadScore: person?.leadScore.map(Double.init),
      tourDatetime: person?.tourDatetime,
      incomeVerification: person?.incomeVerification ?? false, notes: notes().resman,
      history: history(&random))
    switch scenario.resman {
    case .asAgreed:
      guard scenario.verdict == .inSync else { break }
      if random.chance(0.1) { lead.updatedAt = later(than: lead.updatedAt, &random) }
      if random.chance(0.01) { lead.status = spelled(lead.status) }
    case .moved(let status): move(&lead, to: status.rawValue, &random)
    case .foreign(let text): move(&lead, to: text, &random)
    case .stuck(let status):
      lead.status = status.rawValue
      lead.updatedAt = agreements.dropLast().last?.resmanAt ?? lifecycle.createdAt
      lead.history = lead.history.dropLast()
    case .absent: break
    }
    return lead
  }

  /// The lead's conversation in DomIQ.
  func domiq(_ conversation: UUID, _ random: inout SplitMix) -> DomIQLead {
    let mapping = StatusMapping.standard
    var lead = DomIQLead(
      conversationID: conversation, resmanLeadID: "L-\(number)", propertyID: site.record.id,
      status: mapping.domiq(lifecycle.status),
      updatedAt: agreements.last?.domiqAt ?? lifecycle.endedAt,
      createdAt: lifecycle.createdAt,
      name: "\(person?.firstName ?? "") \(person?.lastName ?? "")", email: person?.email,
      phone: person?.phone, leadScore: person?.leadScore.map(Double.init),
      messageCount: random.whole(2...40),
      conversationDuration: random.whole(1...55), tourDatetime: person?.tourDatetime,
      incomeVerification: person?.incomeVerification ?? false, notes: notes().domiq)
    switch scenario.domiq {
    case .asAgreed:
      if lifecycle.status == .contacted, random.chance(0.2) { lead.status = "follow_up_needed" }
      guard scenario.verdict == .inSync else { break }
      if random.chance(0.35) { lead.updatedAt = later(than: lead.updatedAt, &random) }
    case .moved(let status):
      lead.status = mapping.domiq(status)
      lead.updatedAt = domiqMovedAt
    case .foreign(let text):
      lead.status = text
      lead.updatedAt = domiqMovedAt
    case .stuck(let status):
      lead.status = mapping.domiq(status)
      lead.updatedAt = agreements.dropLast().last?.domiqAt ?? lifecycle.createdAt
    case .absent: break
    }
    return lead
  }

  private func move(_ lead: inout ResManLead, to status: String, _ random: inout SplitMix) {
    lead.history.append(
      HistoryEntry(
        id: random.uuid(), oldStatus: lead.status, newStatus: status, reason: nil,
        updatedBy: Author.resmanUser.rawValue, context: nil, createdAt: resmanMovedAt))
    lead.status = status
    lead.updatedAt = resmanMovedAt
  }

  private func history(_ random: inout SplitMix) -> [HistoryEntry] {
    zip(lifecycle.steps, agreements).compactMap { step, agreement in
      step.from.map { from in
        HistoryEntry(
          id: random.uuid(), oldStatus: from.rawValue, newStatus: step.to.rawValue,
          reason: LogWriter.reason(step), updatedBy: step.by.rawValue, context: nil,
          createdAt: agreement.resmanAt)
      }
    }
  }

  /// A message or a note came later, and the record's version with it.
  private func later(than moment: Int64, _ random: inout SplitMix) -> Int64 {
    let room = max(0, now - LifecycleModel.hour / 2 - moment)
    return moment + Int64(random.unit() * Double(room))
  }

  /// The same status as people write it.
  private func spelled(_ status: String) -> String {
    status.split(separator: "_").map(\.capitalized).joined(separator: " ")
  }
}

import Foundation
import Leads

/// Puts the state of v2 and the events of v1 together, and writes each prospect as a lead of the status API.
struct ProspectMerge {
  let zone: TimeZone
  let appointment: String
  /// Prospects that were shown and whose events, or whose state, were not read.
  var leftOut = 0
  /// Times of what was written that named no zone.
  private var zoneless = 0
  private var writer = LeadPageWriter()
  /// Where each prospect is in what was written; one that comes twice with the same content counts once.
  private var written: [String: [Range<Int>]] = [:]
  /// Times that named no zone, as they came: many are one day.
  private var zonelessTimes: [String: VendorTime] = [:]

  init(_ account: PartnerAccount, at property: UUID) {
    self.init(zone: account.zone(property), appointment: account.appointment)
  }

  /// - Parameter appointment: what the event of an appointment is called.
  init(zone: TimeZone, appointment: String = "Appointment") {
    self.zone = zone
    self.appointment = appointment
  }

  mutating func take(_ prospect: Prospect, _ cards: [String: MITSAnswer.Prospect]) {
    guard let id = prospect.id, !id.isEmpty else {
      writer.notAnObject()
      return
    }
    guard let card = cards[id] else {
      leftOut += 1
      return
    }
    let mark = writer.mark
    let before = zoneless
    write(prospect, card)
    // Without the comma before it.
    let isFirst = writer.bytes[mark.bytes] != UInt8(ascii: ",")
    let record = (isFirst ? mark.bytes : mark.bytes + 1)..<writer.bytes.count
    if written[id]?.contains(where: { writer.bytes[$0] == writer.bytes[record] }) == true {
      writer.goBack(to: mark)
      zoneless = before
    } else {
      written[id, default: []].append(record)
    }
  }

  /// The page; it announces what was left out, too, so that no absence is claimed.
  mutating func page() -> [UInt8] {
    writer.finish(total: writer.count + leftOut, zonelessTimes: zoneless)
  }

  /// The only lead.
  func lead() -> [UInt8] { writer.lead() }

  private mutating func write(_ prospect: Prospect, _ card: MITSAnswer.Prospect) {
    writer.begin()
    defer { writer.end() }
    writer.member("resman_lead_id", prospect.id)
    writer.member("property_id", prospect.propertyID)
    guard prospect.problem == 0 else {
      writer.fault(prospect.problem)
      return
    }
    if let status = prospect.status {
      writer.member("status", state(status, prospect, card).finding.raw)
    }
    writer.member("updated_at", version(prospect, card))
    writer.presence("email", prospect.hasEmail)
    writer.presence("phone", prospect.hasPhone)
    writer.member("source", prospect.source)
    writer.member("lost_reason", prospect.lostReason ?? reason(card))
    writer.member("agent_id", prospect.agentID)
    let names = prospect.agentNames
    writer.member("agent_name", names.isEmpty ? nil : names.joined(separator: " "))
    writer.member("first_contact_at", printed(prospect.firstContact))
    writer.member("last_contact_at", printed(prospect.lastContact))
  }

  /// What both interfaces show of a prospect; nil where v2 shows no status.
  mutating func card(_ prospect: Prospect, _ card: MITSAnswer.Prospect) -> PartnerCard? {
    prospect.status.map { state($0, prospect, card) }
  }

  private mutating func state(
    _ status: String, _ prospect: Prospect, _ card: MITSAnswer.Prospect
  ) -> PartnerCard {
    let lostAt = prospect.lostDate.flatMap { time($0) }
    var events: [PartnerCard.Event] = []
    // By their places: an event is not copied for two of its texts.
    for place in card.events.indices {
      let type = card.events[place].type
      guard let kind = PartnerCard.Event.Kind(eventType: type, appointment: appointment)
      else { continue }
      events.append(PartnerCard.Event(kind, time: time(card.events[place].date)))
    }
    return PartnerCard(
      status: status, types: card.types, isLostDated: prospect.lostDate?.isEmpty == false,
      lostAt: lostAt, leaseStatus: prospect.leaseStatus,
      isLeaseSigned: prospect.leaseSignedDate?.isEmpty == false,
      isContacted: prospect.isContacted, events: events)
  }

  /// Nothing says that an event moves `lastModified`: Types and events are part of the version.
  private mutating func version(_ prospect: Prospect, _ card: MITSAnswer.Prospect) -> String? {
    guard let text = prospect.lastModified else { return nil }
    return time(text).map { VersionMark.marking($0.iso8601, content: card.content) } ?? text
  }

  /// A time as ISO 8601 with an offset; as it came where it is none, so that it is found to be none.
  private mutating func printed(_ text: String?) -> String? {
    guard let text else { return nil }
    return time(text)?.iso8601 ?? text
  }

  /// A time as the interface prints it, counted where it names no zone.
  private mutating func time(_ text: String) -> VendorTime? {
    // A day's name comes only with a zone.
    let isDigit = text.utf8.first.map { $0 <= UInt8(ascii: "9") } ?? false
    if isDigit, let known = zonelessTimes[text] {
      zoneless += 1
      return known
    }
    let time = VendorTime(text, zone: zone)
    if let time, time.isZoneless {
      zoneless += 1
      zonelessTimes[text] = time
    }
    return time
  }

  /// The reason of the loss in v1's words: `Prospect Lost: NAME`.
  private func reason(_ card: MITSAnswer.Prospect) -> String? {
    let reasons = card.events.last {
      PartnerCard.Event.Kind(eventType: $0.type) == .cancel && !$0.reasons.isEmpty
    }?.reasons
    guard let reasons, let colon = reasons.firstIndex(of: ":") else { return reasons }
    return String(reasons[reasons.index(after: colon)...].drop { $0.isWhitespace })
  }
}

import Foundation

/// Made-up leads, the same on every call: lead `i` of property `i % properties`. Every hundredth
/// has moved on in DomIQ since the base.
struct BenchTown: Sendable {
  static let statuses = ["new", "contacted", "qualified", "tour_scheduled", "application"]
  static let domiq = [
    "initial_contact", "engaged", "qualified", "tour_booked", "application_started",
  ]

  let leads: Int
  let properties: Int

  func property(_ index: Int) -> String { uuid(kind: 1, index) }

  func conversation(_ lead: Int) -> String { uuid(kind: 2, lead) }

  /// `L-` and the number, so that both sides and the log name the same lead.
  func lead(_ index: Int) -> String { "L-\(index)" }

  func base(_ index: Int) -> String { Self.statuses[index % Self.statuses.count] }

  func hasMoved(_ index: Int) -> Bool { index % 100 == 7 && index % Self.statuses.count < 4 }

  func version(_ index: Int) -> String {
    let minute = String(index % 60)
    return "2026-11-01T10:\(minute.count < 2 ? "0" : "")\(minute):00Z"
  }

  func domiqVersion(_ index: Int) -> String {
    hasMoved(index) ? "2026-11-02T10:00:00Z" : version(index)
  }

  func domiqStatus(_ index: Int) -> String {
    let place = index % Self.statuses.count
    return Self.domiq[hasMoved(index) ? place + 1 : place]
  }

  private func uuid(kind: Int, _ index: Int) -> String {
    let digits = String(index, radix: 16)
    return "0000000\(kind)-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count)
      + digits
  }

  /// One record as ResMan sends it.
  func resmanJSON(_ index: Int) -> String {
    """
    {"resman_lead_id":"\(lead(index))","property_id":"\(property(index % properties))",\
    "status":"\(base(index))","updated_at":"\(version(index))",\
    "created_at":"2026-10-01T08:00:00Z","first_name":"Lead","last_name":"N\(index)",\
    "email":"lead\(index)@example.com","phone":"555-0100","lead_score":80,\
    "tour_datetime":"2026-11-20T15:00:00Z","income_verification":true}
    """
  }

  /// One record as DomIQ sends it.
  func domiqJSON(_ index: Int) -> String {
    """
    {"conversation_id":"\(conversation(index))","resman_lead_id":"\(lead(index))",\
    "property_id":"\(property(index % properties))","status":"\(domiqStatus(index))",\
    "updated_at":"\(domiqVersion(index))","created_at":"2026-10-01T08:00:00Z",\
    "lead_name":"Lead N\(index)","email":"lead\(index)@example.com","phone":"555-0100",\
    "lead_score":80,"message_count":14,"conversation_duration":23,\
    "tour_datetime":"2026-11-20T15:00:00Z","income_verification":true}
    """
  }
}

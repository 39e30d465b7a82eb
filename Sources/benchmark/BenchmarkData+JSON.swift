import Leads
import StandIns

extension BenchmarkData {
  /// The lead as ResMan sends it; none where it is not there.
  func resmanJSON(_ lead: Int) -> [String] {
    guard let record = resman(lead) else { return [] }
    return [
      """
      {"resman_lead_id":"\(name(lead))","property_id":"\(propertyID(property(of: lead)))",\
      "status":"\(record.raw)","updated_at":"\(record.version)",\
      "created_at":"2026-10-01T08:00:00Z","first_name":"Lead","last_name":"N\(lead)",\
      \(facts(lead))}
      """
    ]
  }

  /// The lead's conversations as DomIQ sends them.
  func domiqJSON(_ lead: Int) -> [String] {
    guard let record = domiq(lead) else { return [] }
    let speaking = domiqJSON(lead, conversation(lead), record)
    guard let second = secondConversation(lead) else { return [speaking] }
    let older = Record(raw: "engaged", version: "2026-01-02T03:04:05Z")
    return [speaking, domiqJSON(lead, second, older)]
  }

  private func domiqJSON(_ lead: Int, _ conversation: String, _ record: Record) -> String {
    """
    {"conversation_id":"\(conversation)","resman_lead_id":"\(name(lead))",\
    "property_id":"\(propertyID(property(of: lead)))","status":"\(record.raw)",\
    "updated_at":"\(record.version)","created_at":"2026-10-01T08:00:00Z",\
    "lead_name":"Lead N\(lead)","message_count":14,"conversation_duration":23,\(facts(lead))}
    """
  }

  /// What the conditions of entering a status ask for: everything, but for what the scenario lacks.
  private func facts(_ lead: Int) -> String {
    let lack = scenario(lead).lack
    return """
      "email":"lead\(lead)@example.com","phone":"555-0100",\
      "lead_score":\(lack == .score ? 40 : 80),\
      "tour_datetime":\(lack == .tourDatetime ? "null" : "\"2026-12-20T15:00:00Z\""),\
      "income_verification":\(lack == .incomeVerification ? "false" : "true")
      """
  }
}

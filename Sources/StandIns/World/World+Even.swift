import Foundation
import Leads

extension World {
  /// Leads that are all new, the same on both sides and in the log, with every field: each may be contacted once. Lead
  /// `i` is `L-i`.
  package static func even(leads: Int, properties: Int, now: Instant) -> World {
    let at = now.microseconds - 86_400_000_000
    var world = World(now: now)
    world.properties = (0..<properties).map { number in
      PropertyRecord(id: UUID(), name: "House \(number)", timezone: "America/Chicago")
    }
    for number in 0..<leads {
      let (id, conversation) = ("L-\(number)", UUID())
      let property = world.properties[number % properties].id
      let email = "lead\(number)@example.com"
      world.resman.append(
        ResManLead(
          id: id, propertyID: property, status: "new", updatedAt: at, createdAt: at,
          firstName: "Lead", lastName: "N\(number)", email: email, phone: "555-0100",
          leadScore: 80, tourDatetime: nil, incomeVerification: true, history: []))
      world.domiq.append(
        DomIQLead(
          conversationID: conversation, resmanLeadID: id, propertyID: property,
          status: "initial_contact", updatedAt: at, createdAt: at, name: "Lead N\(number)",
          email: email, phone: "555-0100", leadScore: 80, messageCount: 3,
          conversationDuration: 5, tourDatetime: nil, incomeVerification: true))
      world.log.append(
        LogRow(
          id: UUID(), conversationID: conversation, resmanLeadID: id, oldStatus: nil,
          newStatus: .new, statusReason: "First message", updatedBy: "chatbot",
          syncDirection: "to_resman", syncStatus: "success", contextData: nil, createdAt: at,
          propertyID: property, occurredAt: at, syncedAt: at, attempts: 1,
          resmanVersion: resmanVersion(at), domiqVersion: domiqVersion(at)))
    }
    return world
  }
}

import Leads
import Links
import Nightly
import Pages

/// Links and proposals, for people.
package enum LinkText {
  /// Proposals as a table; in one sentence where there is none.
  package static func proposals(_ proposals: [ProposedLink]) -> String {
    guard !proposals.isEmpty else { return "No link is proposed." }
    let waiting = Set(proposals.filter { $0.obstacle != nil }.map(\.conversation_id)).count
    let table = Terminal.table(
      ["conversation", "lead", "property", "by", "evidence", "why it waits"],
      proposals.map { link in
        [
          link.conversation_id.uuidString.lowercased(), link.resman_lead_id,
          link.property_id.uuidString.lowercased(), link.how, link.evidence,
          link.obstacle.map { LinkObstacle(rawValue: $0)?.sentence ?? $0 } ?? "the night links it",
        ]
      })
    guard waiting > 0 else { return table }
    return table + "\n\n\(Formatting.count(waiting, "conversation")) wait for a person: "
      + "status-sync link resolve CONVERSATION LEAD"
  }

  /// Links as a table; in one sentence where there is none.
  package static func made(_ links: [MadeLink]) -> String {
    guard !links.isEmpty else { return "No link was made." }
    return Terminal.table(
      ["conversation", "lead", "how", "evidence", "linked", "by"],
      links.map { link in
        [
          link.conversation_id.uuidString.lowercased(), link.resman_lead_id, link.how,
          link.evidence ?? "-", link.linked_at, link.by,
        ]
      })
  }
}

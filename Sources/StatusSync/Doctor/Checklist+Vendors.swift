import Foundation
import HTTP
import Leads
import Settings
import Store
import Upstreams

/// The vendors' own interfaces, checked by reading only.
extension Checklist {
  /// What only ResMan's sandbox can answer (docs/vendors.md#what-is-assumed).
  private static let questions = [
    "Are times RFC 1123 or ISO, in which zone, and is modifiedSince inclusive?",
    "Does an event change lastModified?", "Are Comments of an event read back?",
    "What does Type prospect do to a lost card?",
    "What is the name of an appointment's event, and in which zone is its time?",
    "How wide may a window of v1 be?",
  ]

  func vendor(
    _ partner: PartnerSettings, client: WebClient, clock: RunClock
  ) async -> [Check] {
    let resman = PartnerClient(
      settings.resman.upstream(deadline: 10), eventsURL: partner.eventsURL,
      account: partner.account(key: settings.resman.token), client: client, clock: clock)
    var list: PropertyList?
    var checks = [
      await check("ResMan's v2 reachable, credentials accepted", settings.resman) {
        list = try await resman.properties()
      }
    ]
    guard let list else { return checks }
    if let first = list.properties.first {
      checks.append(
        await check("ResMan's v1 reachable, credentials accepted", settings.resman) {
          try await resman.probe(first.id)
        })
    }
    let unzoned = list.properties.filter { $0.timezone == nil }
    checks.append(
      Check(
        name: "time zones of ResMan's properties configured", ok: true,
        reasons: unzoned.map {
          "\($0.name) (\($0.id.uuidString.lowercased())) counts as in UTC; set "
            + "resman.properties.\($0.id.uuidString.lowercased()).timezone"
        } + list.faults, warning: unzoned.isEmpty && list.faults.isEmpty ? nil : true))
    checks.append(
      Check(
        name: "questions for ResMan's sandbox", ok: true, reasons: Self.questions, warning: true))
    return checks
  }

  func vendor(
    _ database: DomIQDatabaseSettings, client: WebClient, clock: RunClock
  ) async -> [Check] {
    let name = "DomIQ's database readable"
    let domiq = DomIQDatabase(
      url: database.url.reveal(), company: database.companyID, properties: database.properties,
      mapping: settings.mapping, clock: clock, deadlineSeconds: 10)
    let seen: DomIQDatabase.Overview
    do throws(CallFailure) {
      seen = try await domiq.overview()
    } catch {
      return [Check(name: name, ok: false, reasons: [reason(error)])]
    }
    let unknown = database.properties.keys.sorted().filter { !seen.properties.contains($0) }
    return [
      Check(
        name: name, ok: true,
        reasons: ["\(seen.properties.count) properties, \(seen.conversations) conversations"],
        warning: seen.conversations == 0 ? true : nil),
      Check(
        name: "properties of domiq.properties are there", ok: unknown.isEmpty,
        reasons: unknown.map { "DomIQ's database has no property \($0)" }),
      Check(
        name: "conversations name their leads in ResMan", ok: seen.isLinked,
        reasons: [
          seen.isLinked
            ? "\(seen.unlinked) of \(seen.conversations) have no resman_lead_id: not compared"
            : "conversation has no column resman_lead_id, so no lead can be compared"
        ],
        warning: seen.isLinked && seen.unlinked > 0 ? true : nil),
    ]
  }
}

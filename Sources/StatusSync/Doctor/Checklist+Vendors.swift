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
      account: partner.account(key: settings.resman.token, isWritten: false), client: client,
      clock: clock)
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
    if settings.resman.write == .careful {
      checks += await references(partner, resman, at: list.properties.map(\.id))
    }
    checks.append(
      Check(
        name: "questions for ResMan's sandbox", ok: true, reasons: Self.questions, warning: true))
    return checks
  }

  /// What the configuration refers to in ResMan, asked for at every property.
  private func references(
    _ partner: PartnerSettings, _ resman: PartnerClient, at properties: [UUID]
  ) async -> [Check] {
    let reasons = partner.lostReasons.sorted { $0.key < $1.key }
    let wanted: [(PartnerClient.Directory, String, [(key: String, id: String)])] = [
      (
        .employees, "ResMan has the employee of resman.agent_id",
        [("resman.agent_id", partner.agentID)]
      ),
      (
        .sources, "ResMan has the lead source of resman.source_id",
        [("resman.source_id", partner.sourceID)]
      ),
      (
        .lostReasons, "ResMan has the reasons of resman.lost_reasons",
        reasons.map { ("resman.lost_reasons.\($0.key)", $0.value) }
      ),
    ]
    var checks: [Check] = []
    for (directory, name, ids) in wanted {
      var missing: [String] = []
      // The reasons are the account's, not a property's.
      for property in directory == .lostReasons ? properties.prefix(1) : properties[...] {
        do throws(CallFailure) {
          let known = try await resman.ids(directory, at: property)
          for (key, id) in ids where !known.contains(id) {
            missing.append(
              "\(directory.rawValue) does not name \(id) of \(key)"
                + (directory == .lostReasons
                  ? "" : " at the property \(property.uuidString.lowercased())"))
          }
        } catch {
          missing.append("\(directory.rawValue): \(reason(error))")
        }
      }
      checks.append(Check(name: name, ok: missing.isEmpty, reasons: missing))
    }
    if reasons.isEmpty {
      checks.append(
        Check(
          name: "losses can be written", ok: true,
          reasons: ["resman.lost_reasons is not set: every loss is left to a person"],
          warning: true))
    }
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
    let lacksRight = settings.domiq.write == .guarded && !seen.maySetStatus
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
        name: "the role may do what domiq.write says", ok: !lacksRight,
        reasons: lacksRight
          ? [
            "domiq.write is guarded, and the role may not set conversation.status: "
              + "grant update (status) on conversation"
          ] : []),
      Check(
        name: "conversations name their leads in ResMan", ok: true,
        reasons: [
          (seen.isLinked
            ? "\(seen.unlinked) of \(seen.conversations) have no resman_lead_id"
            : "conversation has no column resman_lead_id")
            + "; the night links them by e-mail and phone, the rest wait in status-sync link list"
        ],
        warning: seen.unlinked > 0 ? true : nil),
      Check(
        name: "DomIQ's database is indexed for the reads", ok: true,
        reasons: seen.unindexed.map {
          "no index begins with \($0): every property's read goes through the whole table; "
            + "ask DomIQ's administrator for one"
        },
        warning: seen.unindexed.isEmpty ? nil : true),
    ]
  }
}

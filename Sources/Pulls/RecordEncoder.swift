import CSimdjson
import Foundation
import Leads
import Postgres
import Store
import Upstreams

/// Turns records of one property into rows of staging. Nothing is allocated for a good record.
struct RecordEncoder {
  /// The largest difference between the clocks of two systems, in microseconds: a later timestamp counts as from the
  /// future.
  static let skew: Int64 = 300 * 1_000_000

  private let system: System
  private let property: UUID
  private let startedAt: Instant
  private let propertyText: [UInt8]
  private let filter: BloomFilter
  /// The leads that both sides were last seen to show; null: every record is staged.
  private let agreed: AgreedProperty?
  private let table: CopyTable<Staging.Record>
  private var rows: BinaryCopyRows
  private var statuses: StatusCache
  private var ids: Set<UInt64> = []
  /// What the present record tells beside its status; it keeps its memory.
  private var description: [UInt8] = []

  init(
    system: System, property: UUID, mapping: StatusMapping, policy: Policy,
    startedAt: Instant, filter: BloomFilter, agreed: AgreedProperty? = nil
  ) {
    self.agreed = agreed
    self.system = system
    self.property = property
    self.startedAt = startedAt
    propertyText = Array(property.uuidString.lowercased().utf8)
    self.filter = filter
    table = Staging.table(of: system)
    rows = Staging.rows(of: table)
    statuses = StatusCache(system: system, mapping: mapping, policy: policy)
  }

  /// Distinct ids so far.
  var distinct: Int { ids.count }

  /// The rows encoded since the last call.
  mutating func take() -> [UInt8] { rows.take() }

  /// Encodes one page's records and counts what they are.
  mutating func encode(
    _ leads: UnsafeBufferPointer<csj_lead>, readAt: Instant, into pulled: inout PropertyPull
  ) {
    let latest = Instant(microseconds: readAt.microseconds + Self.skew)
    pulled.records += leads.count
    var staged: [(index: Int, hash: UInt64)] = []
    staged.reserveCapacity(leads.count)
    for (index, lead) in leads.enumerated() {
      let named = lead.resman_lead_id.utf8.flatMap { $0.isEmpty ? nil : Self.hash($0) }
      let own =
        system == .resman
        ? named : lead.conversation_id.utf8.flatMap { $0.isEmpty ? nil : Self.hash($0) }
      if let own { ids.insert(own) } else { pulled.withoutID += 1 }
      if let named {
        staged.append((index, named))
      } else if system == .domiq, lead.conversation_id.bytes != nil {
        pulled.withoutLead += 1
      }
    }
    let again = filter.insert(staged.map(\.hash))
    pulled.named += staged.count
    for ((index, hash), again) in zip(staged, again) {
      row(leads[index], hash: hash, perhapsSeenBefore: again, latest: latest, into: &pulled)
    }
  }

  private mutating func row(
    _ lead: csj_lead, hash: UInt64, perhapsSeenBefore: Bool, latest: Instant,
    into pulled: inout PropertyPull
  ) {
    guard let id = lead.resman_lead_id.utf8 else { return }
    var problem = fault(of: lead)
    let updated = lead.updated_at.utf8.flatMap { Instant(utf8: $0) }
    if problem == nil, lead.updated_at.bytes != nil, updated == nil {
      problem = "updated_at is not a time"
    }
    let isFuture = updated.map { $0 > latest } ?? false
    if isFuture { pulled.futureVersions += 1 }
    // No timestamp moves the start of the next pull past the start of this run.
    if let updated, updated <= startedAt, pulled.newest.map({ $0 < updated }) ?? true {
      pulled.newest = updated
    }
    var conversation: UUID?
    if system == .domiq {
      conversation = lead.conversation_id.utf8.flatMap { UUID(hexadecimal: $0) }
      if conversation == nil {
        let isMissing = lead.conversation_id.utf8 == nil
        problem =
          problem ?? (isMissing ? "conversation_id is missing" : "conversation_id is not a UUID")
      }
    }
    if problem != nil { pulled.quarantined += 1 }
    let status = problem == nil ? lead.status.utf8.flatMap { statuses.canonical($0) } : nil
    let isDescribed = describe(lead, latest: latest, into: &pulled)
    let version = updated == nil ? nil : lead.updated_at.utf8
    let score = lead.has_lead_score == 1 ? lead.lead_score : nil
    let flags = Int16(lead.fields) | (perhapsSeenBefore ? 16 : 0) | (isFuture ? 32 : 0)
    pulled.digest.add(
      id, conversation, lead.status.utf8, version, score, flags: lead.fields, problem)
    description.withUnsafeBufferPointer { description in
      let told = isDescribed ? description : nil
      // An unusable record is passed on too: its lead is news.
      if let agreed {
        let isKept = (status ?? []).withUnsafeBufferPointer { text in
          let shown = ShownRecord(
            raw: lead.status.utf8, status: status == nil ? nil : text, version: version,
            conversation: conversation, told: told, toldAt: isFuture ? nil : updated?.microseconds,
            isUsable: problem == nil, isPerhapsRepeated: perhapsSeenBefore)
          return agreed.leads.withLock {
            $0.keeps(shown, of: id, hash: hash, from: system, leadScore: score, flags: flags)
          }
        }
        if isKept { return }
      }
      table.append(
        Staging.Record(
          property: property, lead: id, conversation: conversation, raw: lead.status.utf8,
          status: status, version: version, leadScore: score, flags: flags, problem: problem,
          description: told),
        to: &rows)
    }
  }

  /// Puts together what the record tells beside its status, and counts the values that cannot be used.
  /// - Returns: false where it tells nothing.
  private mutating func describe(
    _ lead: csj_lead, latest: Instant, into pulled: inout PropertyPull
  ) -> Bool {
    pulled.badValues += Int(lead.description.bad_values)
    guard lead.description.is_told == 1 else { return false }
    description.removeAll(keepingCapacity: true)
    for field in LeadDescription.Field.allCases {
      if field != .source { description.append(LeadDescription.separator) }
      guard let value = lead.description.text(of: field).utf8 else { continue }
      let isUsable = LeadDescription.append(value, as: field, latest: latest, to: &description)
      if !isUsable { pulled.badValues += 1 }
    }
    let isDescribed = description.contains { $0 != LeadDescription.separator }
    if isDescribed { pulled.described += 1 }
    return isDescribed
  }

  /// Why a record cannot be used; nil for a good one.
  private func fault(of lead: csj_lead) -> String? {
    if let fault = RecordFault(rawValue: lead.problem) { return fault.reason }
    if let id = lead.resman_lead_id.utf8, !isPathSegment(id) {
      return "a lead with this id cannot be asked for"
    }
    guard let status = lead.status.utf8, !status.isEmpty else { return "the status is missing" }
    if let there = lead.property_id.utf8, !isThisProperty(there) {
      return "it belongs to another property than the one asked for"
    }
    return nil
  }

  private func isThisProperty(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count == propertyText.count else { return false }
    for (a, b) in zip(text, propertyText) where a != b {
      // Hexadecimal digits of either case.
      guard (0x41...0x46).contains(a), a | 0x20 == b else { return false }
    }
    return true
  }

  /// 64 bits of an id (FNV-1a, then mixed as in splitmix64 so that every bit counts).
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = FNV1a.hash(bytes)
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    return hash ^ (hash >> 31)
  }
}

/// Caches canonical statuses by the bytes of the raw ones: a pull sees the same few texts a million times.
struct StatusCache {
  private static let most = 64
  private let system: System
  private let mapping: StatusMapping
  private let policy: Policy
  private var known: [(raw: [UInt8], canonical: [UInt8]?)] = []

  init(system: System, mapping: StatusMapping, policy: Policy) {
    self.system = system
    self.mapping = mapping
    self.policy = policy
  }

  /// The canonical status as bytes; nil where the text is outside the vocabulary.
  mutating func canonical(_ raw: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    for entry in known where entry.raw.count == raw.count && entry.raw.elementsEqual(raw) {
      return entry.canonical
    }
    let text = String(decoding: raw, as: UTF8.self)
    let status = mapping.meaning(of: text, in: system, policy)
    let canonical = status.map { Array($0.rawValue.utf8) }
    if known.count < Self.most { known.append((Array(raw), canonical)) }
    return canonical
  }
}

extension csj_description {
  fileprivate func text(of field: LeadDescription.Field) -> csj_text {
    switch field {
    case .source: source
    case .lostReason: lost_reason
    case .agentID: agent_id
    case .agentName: agent_name
    case .tourStatus: tour_status
    case .lastContactAt: last_contact_at
    case .firstContactAt: first_contact_at
    }
  }
}

import Foundation
import Leads
import XML

/// What is written to ResMan: one event of one card, read just before and read again after (docs/vendors.md#what-is-written).
extension PartnerClient {
  /// The longest time between the read of a card and its write, where the caller's own read is older.
  private static let freshness = Duration.seconds(2)

  package func update(
    _ change: StatusChange, etag: String?, until: Duration
  ) async -> WriteAnswer {
    guard let author = account.author, let event = change.event, let property = change.propertyID
    else { return .refused(status: 405, reasons: "the partner interface is only read") }
    let now = events.clock.elapsed()
    let read: Shown?
    do throws(CallFailure) {
      // The pending row is committed: what waits here keeps the lead from everybody else.
      read = try await shown(change.leadID, at: property, waits: false)
    } catch {
      return Self.unread(error)
    }
    guard let read, read.snapshot.resmanLeadID == change.leadID else { return .changed }
    // Somebody was there since the plan's own read.
    guard etag == nil || etag == read.snapshot.etag else { return .changed }
    let document: ProspectWrite
    do throws(ReopeningRefusal) {
      document = try ProspectWrite(
        read, event, change, author: author, appointment: account.appointment)
    } catch {
      return .conditions(error.text)
    }
    var call = form("/MITS/PostLeadManagement4_0", at: property, [("Xml", document.xml)])
    call.endsWithRun = false
    call.latestStart = max(until, (read.snapshot.readAt ?? now) + Self.freshness)
    var isFailure = false
    let answer = await events.write(call, gateways: [502, 503, 504]) { answer in
      guard let document = try? MITSAnswer(answer.body) else {
        return .unacknowledged("v1's answer cannot be read")
      }
      isFailure = document.status != "Success"
      return .acknowledged(version: nil, etag: nil, notificationsSent: 0, workflowActions: [])
    }
    guard case .acknowledged = answer else { return answer }
    return await judged(change, before: read, property: property, isFailure: isFailure)
  }

  /// What the card shows after a whole answer decides what the answer was worth.
  private func judged(
    _ change: StatusChange, before: Shown, property: UUID, isFailure: Bool
  ) async -> WriteAnswer {
    let failure = "v1 reports a failure inside HTTP 200"
    let after: Shown?
    do throws(CallFailure) {
      after = try await shown(change.leadID, at: property, waits: false)
    } catch {
      return .unacknowledged(
        isFailure ? failure : "the prospect could not be read after the write: \(error.label)")
    }
    guard let after, after.snapshot.resmanLeadID == change.leadID else {
      return .unacknowledged("the prospect is not there after the write")
    }
    if isFailure {
      // A whole answer comes after the effect: a card as it was before was not written.
      return after.snapshot.etag == before.snapshot.etag
        ? .refused(status: 200, reasons: failure) : .unacknowledged(failure)
    }
    guard PartnerEvidence(rawValue: after.snapshot.raw)?.status == change.new else {
      return .unacknowledged("ResMan shows \(after.snapshot.raw) after the write")
    }
    return .acknowledged(
      version: after.snapshot.version, etag: after.snapshot.etag, notificationsSent: 0,
      workflowActions: [])
  }

  /// The card could not be read, so nothing was sent.
  private static func unread(_ failure: CallFailure) -> WriteAnswer {
    switch failure.kind {
    case .unauthorized: .unauthorized
    case .tryLater(let seconds): .tryLater(seconds: seconds)
    default: .notSent("the prospect could not be read before the write: \(failure.label)")
    }
  }

  /// The comments of a card's events in place of a history: they name the intents that were applied. It is never
  /// complete, for nothing says that comments are kept.
  package func history(of id: String, at property: UUID?, limit: Int) async -> HistoryAnswer {
    guard account.author != nil, let property else { return .notOffered }
    do throws(CallFailure) {
      guard let card = try await card(id, at: property)?.prospect else { return .notOffered }
      let entries = card.events.filter { !$0.comments.isEmpty }
        .map { HistoryEntry(reason: $0.comments) }
      return .entries(entries, isComplete: false)
    } catch {
      return .failed(error)
    }
  }

  /// ResMan's names of what a configuration refers to.
  package enum Directory: String, CaseIterable, Sendable {
    case employees = "GetEmployees"
    case sources = "GetProspectSources"
    case lostReasons = "GetLostProspectReasons"
  }

  /// Every id in one of ResMan's lists, for `doctor`: whatever an element or an attribute holds.
  package func ids(
    _ directory: Directory, at property: UUID
  ) async throws(CallFailure) -> Set<String> {
    let call = form(
      "/Leasing/\(directory.rawValue)", at: directory == .lostReasons ? nil : property)
    let answer = try await outlasting(call, events)
    do {
      guard answer.status == 200, try MITSAnswer(answer.body).status == "Success" else {
        throw XMLFault("a failure")
      }
      return try XMLStream.read(answer.body, cleaning: true) { stream in
        var ids: Set<String> = []
        while let step = try stream.next() {
          switch step {
          case .text(let text): ids.insert(text.trimmingCharacters(in: .whitespacesAndNewlines))
          case .begin:
            for name in ["ID", "Id", "id", "IDValue"] {
              if let value = stream.attribute(name) { ids.insert(value) }
            }
          case .end: break
          }
        }
        return ids
      }
    } catch {
      throw CallFailure(.malformed, "v1 did not answer \(directory.rawValue)")
    }
  }
}

/// The document of one write: one card with one event, or with two where a lost card is reopened.
struct ProspectWrite {
  let xml: String

  /// - Throws: why the card may not be written this way.
  init(
    _ read: PartnerClient.Shown, _ event: PartnerEvent, _ change: StatusChange,
    author: PartnerAccount.Author, appointment: String
  ) throws(ReopeningRefusal) {
    let prospect = read.events
    guard let id = prospect.id, let person = prospect.person.id, let type = prospect.types.first,
      !type.trimmed.isEmpty
    else { throw ReopeningRefusal(text: "v1 shows the prospect without an id, a person or a Type") }
    guard !prospect.isCleaned else {
      throw ReopeningRefusal(text: "v1 shows the prospect with characters that XML forbids")
    }
    guard !prospect.person.name.isEmpty else {
      throw ReopeningRefusal(text: "v1 shows the prospect without a name")
    }
    var events = [event]
    var written = type
    switch event {
    case .cancel: written = "lost"
    case .reactivate(let activity, let at, let then):
      written = "prospect"
      guard let card = read.card else {
        throw ReopeningRefusal(text: "v2 shows the prospect without a status")
      }
      events = try card.reopening(to: change.new, activity: activity, at: at, then: then).get()
    case .contact, .appointment: break
    }
    let name = prospect.person.name.map { Self.element($0.element, $0.text) }.joined()
    let source = Self.source(of: prospect) ?? author.sourceID
    let comments = "StatusSync \(change.intentID.uuidString.lowercased())"
    let lines = events.map {
      Self.line($0, source: source, comments: comments, author, appointment: appointment)
    }
    xml =
      "<LeadManagement><Prospects><Prospect><Customers>"
      + "<Customer Type=\"\(Self.escaped(written))\">"
      + Self.identification("ProspectID", id) + Self.identification("PersonID", person)
      + "<Name>\(name)</Name></Customer></Customers><Events>\(lines.joined())</Events>"
      + "</Prospect></Prospects></LeadManagement>"
  }

  private static func line(
    _ event: PartnerEvent, source: String, comments: String, _ author: PartnerAccount.Author,
    appointment: String
  ) -> String {
    let type: String
    let time: Instant
    var transaction: String? = source
    switch event {
    // A chat is text.
    case .contact(let at): (type, time) = ("TextToProspect", at)
    case .appointment(let at): (type, time) = (appointment, at)
    case .cancel(let reason, let at):
      (type, time) = ("Cancel", at)
      transaction = reason
    case .reactivate(_, let at, _):
      (type, time) = ("ReActivate", at)
      transaction = nil
    }
    let whole = Instant(microseconds: time.microseconds / 1_000_000 * 1_000_000)
    return "<Event EventType=\"\(escaped(type))\" EventDate=\"\(whole.iso8601)\">"
      + "<Agent><AgentID IDValue=\"\(escaped(author.agentID))\"/></Agent>"
      + "<FirstContact>False</FirstContact>"
      + (transaction.map { element("TransactionSource", $0) } ?? "")
      + element("Comments", comments) + "</Event>"
  }

  /// The card's own lead source: what an event names that is no loss, whose source is its reason.
  private static func source(of prospect: MITSAnswer.Prospect) -> String? {
    prospect.events.first {
      !$0.source.isEmpty && !["cancel", "reactivate"].contains($0.type.lowercased())
    }?.source
  }

  private static func identification(_ type: String, _ value: String) -> String {
    "<Identification IDType=\"\(type)\" IDValue=\"\(escaped(value))\" OrganizationName=\"ResMan\"/>"
  }

  private static func element(_ name: String, _ text: String) -> String {
    "<\(name)>\(escaped(text))</\(name)>"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\r": result += "&#13;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

import Foundation
import Hummingbird
import Leads
import XML

/// What ResMan's v1 does with a write, and what it forbids in one: written from the rules of the vendor's interface and
/// not from the client.
extension PartnerStandIn {
  private static let employees = ["EM-7": "Lee Agent"]
  private static let sources = ["SRC-1": "Website", "SRC-2": "Walk-in"]
  private static let reasons = ["REASON-3": "Other", "REASON-4": "Price"]
  private static let contacts: Set<String> = [
    "emailtoprospect", "calltoprospect", "texttoprospect",
  ]

  static func directory(_ path: String) -> String {
    switch path {
    case "/Leasing/GetEmployees":
      return "<Employees>"
        + employees.map { "<Employee><EmployeeID>\($0)</EmployeeID><Name>\($1)</Name></Employee>" }
        .joined() + "</Employees>"
    case "/Leasing/GetProspectSources":
      return "<ProspectSources>"
        + sources.map { "<ProspectSource ID=\"\($0)\"><Name>\($1)</Name></ProspectSource>" }
        .joined() + "</ProspectSources>"
    default:
      return "<LostProspectReasons>"
        + reasons.map { "<Reason><ID>\($0)</ID><Name>\($1)</Name></Reason>" }.joined()
        + "</LostProspectReasons>"
    }
  }

  /// What a posted document says.
  private struct Document {
    struct Event {
      var type = ""
      var date = ""
      var agent: String?
      var firstContact: String?
      var source: String?
      var comments: String?
    }

    var types: [String] = []
    var ids: [String: String] = [:]
    var name: [String: String] = [:]
    var events: [Event] = []
    /// Elements that a write must not have.
    var forbidden: Set<String> = []

    init(_ text: String) throws {
      self = try XMLStream.read(Array(text.utf8)) { stream in
        var document = Document()
        var path: [String] = []
        var text = ""
        while let step = try stream.next() {
          switch step {
          case .begin(let name):
            path.append(name)
            text = ""
            document.begin(name, stream)
          case .text(let piece): text += piece
          case .end:
            document.end(path, text)
            path.removeLast()
            text = ""
          }
        }
        return document
      }
    }

    private init() {}

    private mutating func begin(_ name: String, _ stream: borrowing XMLStream) {
      switch name {
      case "Customer": types.append(stream.attribute("Type") ?? "")
      case "Identification":
        ids[stream.attribute("IDType") ?? ""] = stream.attribute("IDValue") ?? ""
      case "Event":
        events.append(
          Event(
            type: stream.attribute("EventType") ?? "", date: stream.attribute("EventDate") ?? ""))
      case "AgentID" where !events.isEmpty:
        events[events.count - 1].agent = stream.attribute("IDValue")
      case "Email", "Phone", "CustomerPreferences", "Preferences", "Address":
        forbidden.insert(name)
      default: break
      }
    }

    private mutating func end(_ path: [String], _ text: String) {
      let (name, parent) = (path.last ?? "", path.dropLast().last)
      if parent == "Name" { self.name[name] = text }
      guard parent == "Event", !events.isEmpty else { return }
      switch name {
      case "FirstContact": events[events.count - 1].firstContact = text
      case "TransactionSource": events[events.count - 1].source = text
      case "Comments": events[events.count - 1].comments = text
      default: break
      }
    }
  }

  func write(
    _ fields: [String: String], _ envelope: (String, String, String) -> Response
  ) -> Response {
    guard let property = fields["PropertyID"].flatMap(UUID.init(uuidString:)),
      let text = fields["Xml"], let document = try? Document(text),
      let id = document.ids["ProspectID"]
    else {
      forbid("a write without a property, a document or a prospect")
      return envelope("Failed", "Xml is required", "")
    }
    let fault = takeFault()
    if fault == .lost { return Self.response(504, "text/html", "<html>gateway</html>") }
    if fault == .failed {
      return envelope("Failed", "The prospect of \(id) could not be saved", "")
    }
    let written: VendorWorld.Card? = state.withLock { state in
      guard
        let place = state.cards.firstIndex(where: { $0.id == id && $0.propertyID == property })
      else { return nil }
      // The rules are about what could be read.
      let intent = check(document, against: state.cards[place], &state)
      var card = state.cards[place]
      if let edit = state.faults.editsBeforeWrite.removeValue(forKey: id) { edit(&card) }
      apply(document, to: &card, &state.ledger)
      state.cards[place] = card
      state.intents.formUnion(intent)
      state.faults.outages += state.faults.outagesAfterWrite
      state.faults.outagesAfterWrite = 0
      state.read.remove(id)
      return state.cards[place]
    }
    guard let written else {
      forbid("a write of a prospect that is not there")
      return envelope("Failed", "No such prospect", "")
    }
    if fault == .answerLost { return Self.response(504, "text/html", "<html>gateway</html>") }
    return envelope("Success", "", self.document([written]))
  }

  private enum WriteFault { case none, lost, failed, answerLost }

  private func takeFault() -> WriteFault {
    state.withLock { state in
      if state.faults.lostWrites > 0 {
        state.faults.lostWrites -= 1
        return .lost
      }
      if state.faults.failedWrites > 0 {
        state.faults.failedWrites -= 1
        return .failed
      }
      guard state.faults.lostAnswers > 0 else { return .none }
      state.faults.lostAnswers -= 1
      return .answerLost
    }
  }

  /// Notes each broken rule.
  /// - Returns: the intents that the document names.
  private func check(
    _ document: Document, against card: VendorWorld.Card, _ state: inout State
  ) -> Set<String> {
    var broken: [String] = document.forbidden.map { "\($0) in a write" }
    func rule(_ holds: Bool, _ text: String) { if !holds { broken.append(text) } }
    rule(state.read.contains(card.id), "a write without a read of the card before it")
    rule(document.types.count == 1, "a write of \(document.types.count) people")
    rule(document.ids["PersonID"] == "PE-\(card.id)-0", "a write without the person as read")
    rule(
      document.name == ["FirstName": card.firstName, "LastName": card.lastName], "a changed name")
    rule(!document.events.isEmpty, "a write without an event")
    let kinds = document.events.map { $0.type.lowercased() }
    let type = document.types.first ?? ""
    if kinds.contains("cancel") {
      rule(type == "lost", "a loss of Type \(type)")
    } else if kinds.contains("reactivate") {
      rule(type == "prospect", "a reactivation of Type \(type)")
    } else {
      rule(type == card.types.first, "the Type \(type) in place of the one read")
    }
    var intents: Set<String> = []
    for (event, kind) in zip(document.events, kinds) {
      rule(Self.employees[event.agent ?? ""] != nil, "an event without an agent")
      rule(event.firstContact == "False", "a first contact")
      rule(event.date.hasSuffix("Z"), "a time that is not in UTC")
      let time = Instant(iso8601: event.date)
      rule(time != nil, "no time of an event")
      let own = card.events.compactMap(\.source).first { Self.sources[$0] != nil }
      switch kind {
      case "cancel":
        rule(Self.reasons[event.source ?? ""] != nil, "a loss without a reason of ResMan")
      case "reactivate": rule(event.source == nil, "a reactivation with a source")
      case "appointment":
        rule(event.source == own ?? "SRC-1", "another lead source than the card's")
        rule((time?.microseconds ?? 0) > now.microseconds, "an appointment in the past")
      case let kind where Self.contacts.contains(kind):
        rule(event.source == own ?? "SRC-1", "another lead source than the card's")
        // The clocks of both sides differ by an hour at most.
        rule((time?.microseconds ?? 0) < now.microseconds + 3_600_000_000, "a contact to come")
      default: broken.append("an event that StatusSync may not write: \(event.type)")
      }
      let words = (event.comments ?? "").split(separator: " ")
      let intent =
        words.count == 2 && words[0] == "StatusSync" ? UUID(uuidString: "\(words[1])") : nil
      rule(intent != nil, "an event without its intent")
      if let intent { intents.insert(intent.uuidString.lowercased()) }
    }
    rule(intents.isDisjoint(with: state.intents), "an intent that was applied before")
    state.ledger.violations += broken.map { "\(card.id): \($0)" }
    return intents
  }

  /// What the vendor makes of a document.
  private func apply(
    _ document: Document, to card: inout VendorWorld.Card, _ ledger: inout Ledger
  ) {
    card.firstName = document.name["FirstName"] ?? card.firstName
    card.lastName = document.name["LastName"] ?? card.lastName
    if let type = document.types.first, !card.types.isEmpty { card.types[0] = type }
    for event in document.events {
      var kept = VendorWorld.Card.Event(
        event.type, event.date, source: event.source, comments: event.comments)
      switch event.type.lowercased() {
      case "cancel":
        let reason = Self.reasons[event.source ?? ""] ?? "Other"
        kept.reasons = "Prospect Lost: \(reason)"
        card.status = "Lost"
        card.lostDate = event.date
        card.lostReason = reason
      case "reactivate":
        card.status = "Prospect"
        card.lostDate = nil
        card.lostReason = nil
      default: break
      }
      card.events.append(kept)
      ledger.written.append("\(card.id) \(event.type) \(event.date)")
    }
    card.modified = max(card.modified, now.microseconds) + 1
  }
}

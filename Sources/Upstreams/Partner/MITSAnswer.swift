import Leads
import XML

/// An answer of ResMan's v1: the envelope, and the prospects of a MITS document in it.
struct MITSAnswer: Sendable, Equatable {
  struct Event: Sendable, Equatable {
    var type: String
    /// As printed; empty where there is none.
    var date: String
    /// A lost card's reason: `Prospect Lost: NAME`.
    var reasons = ""
    /// `TransactionSource`: the lead source, of a loss its reason; empty where there is none.
    var source = ""
    /// Empty where there are none.
    var comments = ""
  }

  /// The main person, as far as a write must repeat it.
  struct Person: Sendable, Equatable {
    /// Nil where it names none.
    var id: String?
    /// The elements of the name in their order, as they came.
    var name: [NamePart] = []
  }

  struct NamePart: Sendable, Equatable {
    var element: String
    var text: String
  }

  struct Prospect: Sendable, Equatable {
    /// Nil where the card names none.
    var id: String?
    /// The Types of its people, the main person's first; empty where a person has none.
    var types: [String] = []
    var person = Person()
    /// As they came: in any order, perhaps one of them twice.
    var events: [Event] = []
    /// The document had characters that XML forbids: its texts may differ from ResMan's.
    var isCleaned = false

    /// How many people were named so far: each has one Type.
    fileprivate var people: Int { types.count }

    /// A hash of its Types and its events, whatever the order of the events.
    var content: UInt64 {
      var sum = FNV1a.hash(types, joinedWith: 0x1E)
      for event in events {
        let parts = [event.type, event.date, event.reasons, event.source, event.comments]
        sum &+= FNV1a.hash(parts, joinedWith: 0x1F)
      }
      return sum
    }
  }

  /// `Success`; anything else is a failure, inside HTTP 200 too.
  var status = ""
  var error = ""
  var prospects: [Prospect] = []

  /// What a write must not have changed since it was read, whatever the order of the events.
  static func tag(_ prospect: Prospect) -> String {
    let name = prospect.person.name.map { "\($0.element)=\($0.text)" }
    let person = [prospect.id ?? "", prospect.person.id ?? ""] + name
    let hash = FNV1a.hash(person, joinedWith: 0x1E) &+ prospect.content
    return "\"\(String(hash, radix: 16))\""
  }

  /// Prospects of one answer at most.
  private static let most = 1_000_000

  /// - Throws: `XMLFault` where it is no whole document of this form.
  init(_ document: [UInt8]) throws {
    self = try XMLStream.read(document, cleaning: true) { stream in
      var reader = Reader()
      while let step = try stream.next() { try reader.take(step, stream) }
      guard reader.isEnvelope else { throw XMLFault("no answer of ResMan's v1") }
      return reader.answer
    }
  }

  private init() {}

  /// The document as far as it was read.
  private struct Reader {
    var answer = MITSAnswer()
    var isEnvelope = false
    private var path: [String] = []
    private var text = ""

    mutating func take(_ step: XMLStream.Step, _ stream: borrowing XMLStream) throws {
      switch step {
      case .begin(let name):
        if path.isEmpty { isEnvelope = name == "ResMan" }
        path.append(name)
        text = ""
        try begin(name, stream)
      case .text(let piece): text += piece
      case .end:
        end()
        path.removeLast()
        text = ""
      }
    }

    private mutating func begin(_ name: String, _ stream: borrowing XMLStream) throws {
      let parent = path.dropLast().last
      switch name {
      case "Prospect" where parent == "Prospects":
        guard answer.prospects.count < MITSAnswer.most else { throw XMLFault("too many prospects") }
        answer.prospects.append(Prospect(isCleaned: stream.isCleaned))
      case "Customer" where parent == "Customers":
        let type = stream.attribute("Type") ?? ""
        change { $0.types.append(type) }
      case "Identification" where parent == "Customer":
        guard let id = stream.attribute("IDValue"), !id.isEmpty else { return }
        // The main person's card is named first.
        switch stream.attribute("IDType") {
        case "ProspectID": change { $0.id = $0.id ?? id }
        case "PersonID": change { if $0.people == 1 { $0.person.id = $0.person.id ?? id } }
        default: break
        }
      case "Event" where parent == "Events":
        let event = Event(
          type: stream.attribute("EventType") ?? "", date: stream.attribute("EventDate") ?? "")
        change { $0.events.append(event) }
      default: break
      }
    }

    private mutating func end() {
      let parent = path.dropLast().last
      switch path.last {
      case "Status" where parent == "ResMan": answer.status = String(text.trimmed)
      case "ErrorDescription" where parent == "ResMan": answer.error = String(text.trimmed)
      case "EventReasons" where parent == "Event":
        let reasons = String(text.trimmed)
        event { $0.reasons = reasons }
      case "TransactionSource" where parent == "Event":
        let source = String(text.trimmed)
        event { $0.source = source }
      case "Comments" where parent == "Event":
        let comments = String(text.trimmed)
        event { $0.comments = comments }
      case .some(let element) where parent == "Name" && path.dropLast(2).last == "Customer":
        let part = NamePart(element: element, text: text)
        // Only the main person is written.
        change { if $0.people == 1 { $0.person.name.append(part) } }
      default: break
      }
    }

    private mutating func event(_ body: (inout Event) -> Void) {
      change { prospect in
        guard !prospect.events.isEmpty else { return }
        body(&prospect.events[prospect.events.count - 1])
      }
    }

    private mutating func change(_ body: (inout Prospect) -> Void) {
      guard !answer.prospects.isEmpty else { return }
      body(&answer.prospects[answer.prospects.count - 1])
    }

    private typealias NamePart = MITSAnswer.NamePart
  }
}

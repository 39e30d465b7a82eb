import Hummingbird
import Leads

/// Answers a request: records it, checks the token, applies faults, handles it.
struct RequestHandler: Sendable {
  /// An answer and how it leaves.
  struct Outcome: Sendable {
    var answer: Answer
    var arrival: Int
    var faults: [Fault]
  }

  let resman: ResMan
  let domiq: DomIQ
  let faults: FaultInjector
  let holds: RequestHolds
  let ledger: Ledger
  let credentials: Credentials

  func answer(_ call: Call) async -> Outcome {
    let arrival = ledger.arrive(call)
    func outcome(_ answer: Answer, _ faults: [Fault] = []) -> Outcome {
      Outcome(answer: answer, arrival: arrival, faults: faults)
    }
    guard call.headers["authorization"] == "Bearer \(token(of: call.system))" else {
      return outcome(
        .problem(401, "Not authorised", headers: ["WWW-Authenticate": "Bearer"]))
    }
    guard let (route, id) = call.route else { return outcome(.problem(404, "Not found")) }
    guard call.method == route.method else {
      return outcome(.problem(405, "Method not allowed", headers: ["Allow": route.method]))
    }
    let struck = faults.draw(
      call.system, route, property: property(of: call, id), lead: lead(of: call, route, id))
    for fault in struck where fault.kind == .delay && fault.seconds > 0 {
      try? await Task.sleep(for: .seconds(fault.seconds))
    }
    if struck.has(.hold) { await holds.hold() }
    if let early = early(struck) { return outcome(early, struck) }
    if struck.has(.late) {
      Task {
        await holds.hold()
        _ = handle(call, route, id ?? "", arrival: arrival, faults: [])
      }
      return outcome(.problem(500, "Internal error"), struck)
    }
    let answer = handle(call, route, id ?? "", arrival: arrival, faults: struck)
    if struck.has(.holdAnswer) { await holds.hold() }
    for fault in struck where fault.kind == .edit {
      if let edit = fault.edit { _ = make(edit) }
    }
    return outcome(late(struck) ?? answer, struck)
  }

  /// Makes an edit in the system it names. False if there is no such record.
  func make(_ edit: Edit) -> Bool {
    switch edit.system {
    case .resman: resman.edit(edit)
    case .domiq: domiq.edit(edit)
    }
  }

  private func handle(
    _ call: Call, _ route: StandInRoute, _ id: String, arrival: Int, faults: [Fault]
  ) -> Answer {
    switch (call.system, route) {
    case (.resman, .leads): resman.page(call, faults: faults)
    case (.resman, .properties): resman.propertyList(faults: faults)
    case (.resman, .lead): resman.read(id)
    case (.resman, .status): resman.update(id, call, arrival: arrival, faults: faults)
    case (.resman, .history): resman.history(id, call)
    case (.domiq, .leads): domiq.page(call, faults: faults)
    case (.domiq, .lead): domiq.read(id)
    case (.domiq, .webhook): domiq.receive(call, arrival: arrival, faults: faults)
    default: .problem(404, "Not found")
    }
  }

  /// The answer of a fault that applies before the request is handled.
  private func early(_ faults: [Fault]) -> Answer? {
    for fault in faults {
      let retry = fault.retryAfter.map { ["Retry-After": $0] } ?? [:]
      switch fault.kind {
      case .tooManyRequests: return .problem(429, "Too many requests", headers: retry)
      case .unavailable: return .problem(503, "Not available", headers: retry)
      case .errorBefore: return .problem(500, "Internal error")
      case .forbidden: return .problem(403, "Forbidden")
      default: continue
      }
    }
    return nil
  }

  /// The answer of a fault that applies after the request was handled.
  private func late(_ faults: [Fault]) -> Answer? {
    if faults.has(.errorAfter) { return .problem(500, "Internal error") }
    guard faults.has(.garbage) else { return nil }
    return Answer(
      status: 200, headers: ["Content-Type": "text/html"],
      body: Array("<html><body>It works!</body></html>".utf8))
  }

  private func token(of system: StandInSystem) -> String {
    switch system {
    case .resman: credentials.resmanToken
    case .domiq: credentials.domiqToken
    }
  }

  /// The property a request is about: named in the query, else that of the lead in the path.
  private func property(of call: Call, _ id: String?) -> String? {
    if let named = call.query["property_id"] { return named }
    guard let id else { return nil }
    return switch call.system {
    case .resman: resman.lead(id).map { uuidText($0.propertyID) }
    case .domiq: domiq.state(of: id).map { uuidText($0.propertyID) }
    }
  }

  /// The lead a request is about; for a webhook the one in its body.
  private func lead(of call: Call, _ route: StandInRoute, _ id: String?) -> String? {
    switch (call.system, route) {
    case (.domiq, .lead): id.flatMap { domiq.state(of: $0)?.resmanLeadID }
    case (.domiq, .webhook): JSONValue(utf8: call.body)?["lead_id"]?.string
    default: id
    }
  }
}

extension DomIQ {
  fileprivate func state(of conversation: String) -> DomIQLead? {
    memory.withLock { $0.leads[conversation.lowercased()] }
  }
}

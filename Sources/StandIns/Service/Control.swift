import Foundation
import Leads

/// The control paths, on both servers: tests of the built binary read the ledger and switch faults
/// here. They need no token, are not in the ledger, and no fault applies to them.
///
/// | path under `/_stand-in` | method | does |
/// |---|---|---|
/// | `ledger` | GET, DELETE | the ledger; forgets it |
/// | `faults` | GET, POST, DELETE | counts; an array sets all faults, an object adds one; none |
/// | `edit` | POST | one `Edit` or an array of them; 404 if a record is missing |
/// | `capabilities` | GET, POST | what the systems offer |
/// | `listening` | GET, POST | `{"resman": false}` takes a server down; ask the other one |
/// | `leads/SYSTEM/ID` | GET | one record as it is: by lead id or conversation id |
/// | `verdicts` | GET | how many leads of each verdict the world was made with |
struct Control: Sendable {
  static let prefix = "/_stand-in/"

  let exchange: RequestHandler
  let switches: CurrentCapabilities
  let doors: Listeners
  let verdicts: [String: Int]

  func answer(_ call: Call) async -> Answer {
    do {
      switch (call.method, call.segments.dropFirst().joined(separator: "/")) {
      case ("GET", "ledger"): return try encoded(exchange.ledger.reading)
      case ("DELETE", "ledger"): exchange.ledger.clear()
      case ("GET", "faults"): return try encoded(exchange.faults.standings)
      case ("POST", "faults"): try setFaults(call.body)
      case ("DELETE", "faults"): exchange.faults.clear()
      case ("POST", "edit"): return try edit(call.body)
      case ("GET", "capabilities"): return try encoded(switches.now)
      case ("POST", "capabilities"):
        switches.now = try JSON.decode(call.body, as: Capabilities.self)
      case ("GET", "listening"): return try encoded(await doors.standing)
      case ("POST", "listening"): try await listen(call.body)
      case ("GET", "verdicts"): return try encoded(verdicts)
      case ("GET", _) where call.segments.dropFirst().first == "leads": return record(call)
      default: return .problem(404, "No such control path")
      }
      return Answer(status: 204)
    } catch {
      return .problem(400, "Malformed request", detail: "\(error)")
    }
  }

  private func setFaults(_ body: [UInt8]) throws {
    if body.first(where: { !Self.isSpace($0) }) == UInt8(ascii: "[") {
      exchange.faults.set(try JSON.decode(body, as: [Fault].self))
    } else {
      exchange.faults.add(try JSON.decode(body, as: Fault.self))
    }
  }

  private func edit(_ body: [UInt8]) throws -> Answer {
    let isList = body.first { !Self.isSpace($0) } == UInt8(ascii: "[")
    let edits =
      isList
      ? try JSON.decode(body, as: [Edit].self)
      : [try JSON.decode(body, as: Edit.self)]
    let missing = edits.filter { !exchange.make($0) }
    guard missing.isEmpty else {
      return .problem(404, "No such record", detail: "\(missing.count) of \(edits.count) edits")
    }
    return Answer(status: 204)
  }

  private func listen(_ body: [UInt8]) async throws {
    let wanted = try JSON.decode(body, as: [String: Bool].self)
    for (name, isUp) in wanted {
      guard let system = StandInSystem(rawValue: name) else { continue }
      if isUp { try await doors.open(system) } else { await doors.close(system) }
    }
  }

  private func record(_ call: Call) -> Answer {
    guard call.segments.count == 4, let system = StandInSystem(rawValue: call.segments[2]) else {
      return .problem(404, "No such control path")
    }
    var text = JSONBody()
    switch system {
    case .resman:
      guard let lead = exchange.resman.lead(call.segments[3]) else {
        return .problem(404, "No such lead")
      }
      lead.write(to: &text, nil)
    case .domiq:
      let conversation = UUID(uuidString: call.segments[3])
      guard
        let lead = conversation.map(exchange.domiq.lead(conversation:))
          ?? exchange.domiq.lead(resman: call.segments[3])
      else { return .problem(404, "No such conversation") }
      lead.write(to: &text, nil)
    }
    return Answer(status: 200, headers: ["Content-Type": "application/json"], body: text.bytes)
  }

  private func encoded(_ value: some Encodable) throws -> Answer {
    Answer(
      status: 200, headers: ["Content-Type": "application/json"],
      body: Array(try JSON.data(value, isSnakeCase: true)))
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [9, 10, 13, 32].contains(byte) }
}

/// The two servers, each of which can be closed and opened again.
actor Listeners {
  private var listeners: [StandInSystem: Listener] = [:]

  func install(_ listener: Listener, for system: StandInSystem) { listeners[system] = listener }

  /// Which servers listen.
  var standing: [String: Bool] {
    get async {
      var standing: [String: Bool] = [:]
      for (system, listener) in listeners { standing[system.rawValue] = await listener.isUp }
      return standing
    }
  }

  func open(_ system: StandInSystem) async throws { try await listeners[system]?.start() }

  func close(_ system: StandInSystem) async { await listeners[system]?.stop() }
}

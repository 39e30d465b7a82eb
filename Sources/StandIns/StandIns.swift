import Foundation
import Leads

/// ResMan and DomIQ as real HTTP servers on the loopback interface, for demos and tests: the whole
/// contract, switchable faults, and a ledger of what really happened.
///
/// ```swift
/// let standIns = try await StandIns.start(world: .demo(leads: 5_000, now: now))
/// … standIns.resmanURL, standIns.domiqURL, standIns.credentials …
/// await standIns.stop()
/// ```
package final class StandIns: Sendable {
  /// Base URLs without a slash at the end, such as `http://127.0.0.1:40123`.
  package let resmanURL: String
  package let domiqURL: String
  package let credentials: Credentials
  /// ResMan's and DomIQ's truth, to look at and to edit.
  package let resman: ResMan
  package let domiq: DomIQ
  /// What happened.
  package let ledger: Ledger
  /// The active faults.
  package let faults: FaultInjector
  /// Requests that are held by faults.
  package let holds: RequestHolds

  private let doors: Listeners
  private let switches: CurrentCapabilities

  /// Starts both servers with the records of a world. `clock` gives microseconds since 1970 UTC
  /// for the versions of changed records.
  package static func start(
    world: World, ports: Ports = Ports(), credentials: Credentials = Credentials(),
    capabilities: Capabilities = Capabilities(),
    clock: @escaping @Sendable () -> Int64 = wallClock
  ) async throws -> StandIns {
    try await start(
      snapshot: Snapshot(world), verdicts: world.expectedVerdicts, ports: ports,
      credentials: credentials, capabilities: capabilities, clock: clock)
  }

  /// Starts both servers with the state of earlier ones.
  package static func start(
    snapshot: Snapshot, verdicts: [Verdict: Int] = [:], ports: Ports = Ports(),
    credentials: Credentials = Credentials(), capabilities: Capabilities = Capabilities(),
    clock: @escaping @Sendable () -> Int64 = wallClock
  ) async throws -> StandIns {
    let ledger = Ledger(clock: clock)
    let switches = CurrentCapabilities(capabilities)
    let exchange = RequestHandler(
      resman: ResMan(snapshot.resman, ledger: ledger, switches: switches, clock: clock),
      domiq: DomIQ(
        snapshot.domiq, secret: credentials.webhookSecret, ledger: ledger, switches: switches,
        clock: clock),
      faults: FaultInjector(), holds: RequestHolds(), ledger: ledger, credentials: credentials)
    let doors = Listeners()
    let named = verdicts.map { ($0.key.rawValue, $0.value) }
    let control = Control(
      exchange: exchange, switches: switches, doors: doors,
      verdicts: Dictionary(named) { $0 + $1 })
    var urls: [StandInSystem: String] = [:]
    for (system, port) in [(StandInSystem.resman, ports.resman), (.domiq, ports.domiq)] {
      let responder = Responder(system: system, exchange: exchange, control: control)
      let listener = Listener(responder, port: port)
      do {
        try await listener.start()
      } catch {
        await doors.close(.resman)
        throw error
      }
      await doors.install(listener, for: system)
      urls[system] = "http://127.0.0.1:\(await listener.port)"
    }
    return StandIns(exchange, switches: switches, doors: doors, urls: urls)
  }

  /// Starts both servers, calls `ready`, and serves until the task is cancelled.
  package static func serve(
    world: World, ports: Ports = Ports(), credentials: Credentials = Credentials(),
    capabilities: Capabilities = Capabilities(), ready: @Sendable (StandIns) async -> Void
  ) async throws {
    let standIns = try await start(
      world: world, ports: ports, credentials: credentials, capabilities: capabilities)
    await ready(standIns)
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    await standIns.stop()
  }

  private init(
    _ exchange: RequestHandler, switches: CurrentCapabilities, doors: Listeners,
    urls: [StandInSystem: String]
  ) {
    resmanURL = urls[.resman] ?? ""
    domiqURL = urls[.domiq] ?? ""
    credentials = exchange.credentials
    resman = exchange.resman
    domiq = exchange.domiq
    ledger = exchange.ledger
    faults = exchange.faults
    holds = exchange.holds
    self.switches = switches
    self.doors = doors
  }

  /// What the systems offer; may be changed while they run.
  package var capabilities: Capabilities {
    get { switches.now }
    set { switches.now = newValue }
  }

  /// Makes an edit in the system it names. False if there is no such record.
  @discardableResult
  package func edit(_ edit: Edit) -> Bool {
    switch edit.system {
    case .resman: resman.edit(edit)
    case .domiq: domiq.edit(edit)
    }
  }

  /// Stops one server: connections to it are refused until it is started again.
  package func goDown(_ system: StandInSystem) async { await doors.close(system) }

  /// Brings a server back on the port it had.
  package func comeBack(_ system: StandInSystem) async throws { try await doors.open(system) }

  /// Stops both servers, and releases held requests.
  package func stop() async {
    holds.open()
    await doors.close(.resman)
    await doors.close(.domiq)
  }

  /// Everything both systems hold, to start again from.
  package var snapshot: Snapshot { Snapshot(resman: resman.state, domiq: domiq.state) }
}

/// The wall clock, in microseconds since 1970 UTC.
@Sendable package func wallClock() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
}

import ArgumentParser
import Foundation
import StandIns
import Store

/// Starts the stand-in ResMan and DomIQ.
struct StandInsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stand-ins",
    abstract: "Serve a stand-in ResMan and DomIQ on the loopback interface until stopped.",
    discussion: ExitStatus.help([
      .converged, .usage, .unreachable, .internalError, .interrupted, .terminated,
    ]))

  @OptionGroup var common: CommonOptions

  @Option(help: "Number of made-up leads, at least 100.")
  var leads = 5_000
  @Option(help: "The same seed makes the same data.")
  var seed: UInt64 = 2026
  @Option(name: .customLong("resman-port"), help: "0: a free port.")
  var resmanPort = 0
  @Option(name: .customLong("domiq-port"), help: "0: a free port.")
  var domiqPort = 0

  func validate() throws {
    guard (100...1_000_000).contains(leads) else {
      throw ValidationError("--leads takes a number from 100 to 1000000")
    }
    guard (0...65_535).contains(resmanPort), (0...65_535).contains(domiqPort) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
  }

  func run() async throws {
    try await common.run { [self] in
      let world = World.demo(leads: leads, seed: seed, now: RunClock.system().now())
      try await StandIns.serve(
        world: world, ports: Ports(resman: resmanPort, domiq: domiqPort)
      ) { standIns in
        let known = standIns.credentials
        let addresses = [
          "resman": standIns.resmanURL, "resman_token": known.resmanToken,
          "domiq": standIns.domiqURL, "domiq_token": known.domiqToken,
          "webhook_secret": known.webhookSecret,
        ]
        let human = """
          ResMan \(standIns.resmanURL)  token \(known.resmanToken)
          DomIQ  \(standIns.domiqURL)  token \(known.domiqToken)
          Webhook secret \(known.webhookSecret)
          """
        try? common.print(addresses, human: human)
      }
      return .converged
    }
  }
}

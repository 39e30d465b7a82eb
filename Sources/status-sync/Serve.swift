import API
import ArgumentParser
import StatusSync
import Store

/// The live API.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the live API until stopped; work in progress is finished first.",
    discussion: "Callers need a key: status-sync key create.\n\n"
      + ExitStatus.help(
        ExitStatus.ordinary + [.interrupted, .terminated],
        meanings: [.unreachable: "database unreachable, or the address cannot be listened on"]))

  @OptionGroup var common: CommonOptions
  @OptionGroup var database: DatabaseOptions

  @Option(help: "The address to listen on (default: api.host, else 127.0.0.1).")
  var host: String?
  @Option(help: "The port; 0: a free one (default: api.port, else 8080).")
  var port: Int?

  func validate() throws {
    guard (0...65_535).contains(port ?? 0) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
  }

  func run() async throws {
    try await common.run { [self] in
      let settings = try common.settings()
      var listening = settings.api
      listening.host = host ?? listening.host
      listening.port = port ?? listening.port
      let api = listening
      try await database.live(settings, logger: common.logger()) { live, logger in
        let watch = Task { await Alerts(settings, logger: logger).keepWatching(live.database) }
        defer { watch.cancel() }
        try await serve(live, settings: api, logger: logger) { port in
          let address = "http://\(api.host):\(port)"
          try? common.print(["url": address], human: "listening on \(address)")
        }
      }
      return .converged
    }
  }
}

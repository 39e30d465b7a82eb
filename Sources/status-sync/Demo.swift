import API
import ArgumentParser
import Demo
import Foundation
import Live
import Logging
import Nightly
import Pages
import Reports
import StatusSync
import Store
import Upstreams

/// Runs a night from nothing, and the live API after it.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run one night on made-up data: private PostgreSQL, stand-ins, a run, reports.",
    discussion: """
      Running it again continues: the second night repairs nothing twice. With --serve the live API \
      uses the same data and the same database, until it is stopped. The demo writes a \
      status-sync.yaml: every command that is run in its folder uses that data.

      \(ExitStatus.help([
        .converged, .usage, .unreachable, .internalError, .configuration, .interrupted,
        .terminated,
      ]))
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: "The folder of the demo.")
  var directory = "demo"
  @Option(help: "Number of made-up leads, at least 100.")
  var leads = 5_000
  @Option(help: "The same seed makes the same data.")
  var seed: UInt64 = 2026
  @Flag(help: "Serve the live API; if there was no night yet, one is run first.")
  var serve = false
  @Option(
    help: "The port of the live API; without --serve, the port that the printed commands try first."
  )
  var port = 8080
  @Flag(
    help: "Two nights on stand-ins of the vendors' own interfaces, both only read, from nothing.")
  var vendor = false

  func validate() throws {
    guard !(vendor && serve) else {
      throw ValidationError("--vendor serves nothing: give --vendor or --serve")
    }

    guard (100...1_000_000).contains(leads) else {
      throw ValidationError("--leads takes a number from 100 to 1000000")
    }
    guard (1...65_535).contains(port) else {
      throw ValidationError("--port takes a number from 1 to 65535")
    }
  }

  func run() async throws {
    try await common.run { [self] in
      if vendor { return try await vendors() }
      let demo = DemoEnvironment(directory: directory, leads: leads, seed: seed)
      let display = ProgressDisplay()
      let night = DemoNight(logger: common.logger(), progress: { display.show($0) })
      if serve {
        try await day(demo, after: night)
        return .converged
      }
      let result = try await night.run(demo)
      let free = DemoDay.freePort(from: port)
      try common.print(
        result.run.summary,
        human: text(result.run, isFirst: result.isFirst) + "\n\n" + trial(result.day, port: free))
      // A first night leaves questions for a person; the demo itself succeeded.
      let code = result.run.summary.exitCode
      return [0, 3, 4, 5].contains(code) ? .converged : .internalError
    }
  }

  /// The nights on the vendors' stand-ins.
  private func vendors() async throws -> ExitStatus {
    let display = ProgressDisplay()
    let nights = try await VendorDemo(
      directory: directory + "/vendor", leads: leads, logger: common.logger(),
      progress: { display.show($0) }
    ).run()
    try common.print(
      nights.second.summary,
      human: """
        The first night over made-up data of ResMan's partner interface and DomIQ's database.
        \(RunText.summary(nights.first))

        DomIQ names no lead for a part of its conversations: \(nights.links.count) were linked by their \
        contacts, the rest waits for a person.
        \(LinkText.proposals(nights.proposals))

        A day later: staff contacted a new lead and lost another; the chatbot qualified two.
        \(RunText.summary(nights.second))

        ResMan was called \(nights.ledger.calls.count) times, at most \(nights.ledger.mostAtOnce) at once, \
        and nothing was written to either system.
        """)
    for violation in nights.ledger.violations { Terminal.err("forbidden by ResMan: \(violation)") }
    return nights.ledger.violations.isEmpty ? .converged : .internalError
  }

  /// Serves the live API over the demo's data, until the task is cancelled.
  private func day(_ demo: DemoEnvironment, after night: DemoNight) async throws {
    let logger = common.logger()
    try await demo.open { open in
      if open.isNew { Terminal.err(text(try await night.run(open), isFirst: true)) }
      let day = try await DemoDay.prepare(open, directory: demo.directory)
      let client = UpstreamHTTP.makeClient(concurrency: 16, forCallers: true)
      var api = open.settings.api
      api.port = port
      let result: Result<Void, any Error>
      do {
        let live = try Live(
          open.settings, database: open.database, client: client, logger: logger)
        result = .success(
          try await API.serve(live, settings: api, logger: logger) { port in
            let url = "http://127.0.0.1:\(port)"
            let text = "listening on \(url)" + (open.isNew ? "\n\n" + trial(day, port: port) : "")
            try? common.print(["url": url], human: text)
          })
      } catch { result = .failure(error) }
      await client.shutdown()
      try result.get()
    }
  }

  /// This program, as its user called it.
  private var program: String { DemoDay.quoted(CommandLine.arguments.first ?? "status-sync") }

  private func text(_ run: RunResult, isFirst: Bool) -> String {
    """
    \(isFirst ? "The first night over made-up data." : "One more night over the same data.")
    \(RunText.summary(run))
      the page   \(run.report.directory)/summary.html
      the data   \(run.report.directory)/*.csv

    Funnel of all leads: how many reached each status
    \(RunText.funnel(run.funnel))

    \(exit(run.summary))
    Next: \(program) review list --config \(DemoDay.quoted(directory + "/status-sync.yaml"))
    With this --config, or started in \(DemoDay.quoted(directory)), every command works on this data.
    """
  }

  /// The exit status of the same run outside the demo.
  private func exit(_ summary: RunSummary) -> String {
    guard let status = ExitStatus(rawValue: Int32(summary.exitCode)) else { return "" }
    guard status != .converged else {
      return "A real run would exit with 0: both systems agree."
    }
    guard status == .driftRemains, summary.review.new > 0 else {
      return "A real run would exit with \(summary.exitCode): \(status.meaning)."
    }
    let new = Formatting.count(summary.review.new, "new question")
    return "A real run would exit with 3: finished, \(new) for a person."
  }

  private func trial(_ day: DemoDay, port: Int) -> String {
    var command = "\(program) demo --serve"
    if directory != "demo" { command += " --directory \(DemoDay.quoted(directory))" }
    if port != 8080 { command += " --port \(port)" }
    let lines = day.lines(command: command, directory: directory, port: port)
    return "To try the live API on this data:\n\n"
      + lines.map { "  \($0)" }.joined(separator: "\n")
  }
}

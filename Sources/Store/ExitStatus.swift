/// The exit status of a command (docs/operations.md#exit-status-and-what-to-do): one list for the code and for every help
/// text.
package enum ExitStatus: Int32, CaseIterable, Sendable {
  case converged = 0
  case driftRemains = 3
  case held = 4
  case partial = 5
  case locked = 11
  case usage = 64
  case unreachable = 69
  case internalError = 70
  case tryLater = 75
  case configuration = 78
  case interrupted = 130
  case terminated = 143

  /// One line of help, of at most 73 characters.
  package var meaning: String {
    switch self {
    case .converged: "done; after run and apply both systems agree, but for older questions"
    case .driftRemains: "finished, with new questions for a person or with failed repairs"
    case .held: "a safety limit stopped some repairs"
    case .partial: "partial: some property or page could not be read"
    case .locked: "another run holds the lock"
    case .usage: "the command line, or a file it names, is wrong; nothing was changed"
    case .unreachable: "the database, or a whole system, could not be reached"
    case .internalError: "internal error"
    case .tryLater: "a whole system asks to try later"
    case .configuration: "configuration: a key, a file, or the database's schema"
    case .interrupted: "interrupted; work in progress was finished"
    case .terminated: "terminated; work in progress was finished"
    }
  }

  /// The EXIT STATUS part of a help text.
  /// - Parameter meanings: for a command with its own meanings of statuses.
  package static func help(
    _ statuses: [ExitStatus], meanings: [ExitStatus: String] = [:]
  ) -> String {
    "EXIT STATUS\n"
      + statuses.map { status in
        let code = String(status.rawValue)
        let space = String(repeating: " ", count: 5 - code.count)
        return "  \(code)\(space)\(meanings[status] ?? status.meaning)"
      }.joined(separator: "\n")
  }

  /// The exit statuses of every command that uses the configuration and the database.
  package static let ordinary: [ExitStatus] = [
    .converged, .usage, .unreachable, .internalError, .configuration,
  ]

  /// The exit statuses of a run.
  package static let run: [ExitStatus] = allCases
}

/// What an operator can do about an error.
package struct PostgresAdvice: Sendable, Equatable {
  /// Half a sentence that follows the database's name: what is the matter, and what to do.
  package var text: String
  /// Somebody has to change something first; else running again later may be enough.
  package var needsChange: Bool
}

extension PostgresError {
  /// What an operator can do about it; nil where only a developer can.
  package var advice: PostgresAdvice? {
    if code != .cancelled, let sqlState, let advice = Self.advice(sqlState, says: said) {
      return advice
    }
    switch code {
    case .connectionString:
      return PostgresAdvice(
        text: "has an address that cannot be understood; write DATABASE_URL as "
          + "postgresql://USER@HOST:5432/DATABASE, special characters as %40 and the like",
        needsChange: true)
    case .connect:
      return PostgresAdvice(
        text: "cannot be reached: \(firstLine); check the address, and that it is up",
        needsChange: false)
    case .lost, .closed, .commitUnknown:
      return PostgresAdvice(
        text: "ended the session: \(firstLine); run again", needsChange: false)
    case .resources:
      return PostgresAdvice(
        text: "cannot be spoken to: \(firstLine) on this machine", needsChange: false)
    case .cancelled, .server, .value, .misuse, .aborted: return nil
    }
  }

  /// libpq explains itself in several lines; the first says what happened.
  private var firstLine: String {
    detail.split(separator: "\n").first.map { $0.trimmingSuffix(":") } ?? "no reason given"
  }

  /// The server's message where it names tables, roles and databases only, in brackets.
  private var said: String { message.map { " (\($0))" } ?? "" }

  // One case a state that an operator meets; the names are PostgreSQL's, appendix A of its manual.
  private static func advice(_ state: String, says said: String) -> PostgresAdvice? {
    func change(_ text: String) -> PostgresAdvice { PostgresAdvice(text: text, needsChange: true) }
    func wait(_ text: String) -> PostgresAdvice { PostgresAdvice(text: text, needsChange: false) }
    switch state {
    case "25006":
      return change("is read-only\(said); DATABASE_URL has to name the server that takes writes")
    case "28000", "28P01":
      return change("refuses the login\(said); check the user and the password of DATABASE_URL")
    case "3D000": return change("does not exist\(said); create it, or correct DATABASE_URL")
    case "42501":
      return change(
        "does not allow that to this login\(said); grant it the role that the command needs")
    case "3F000", "42P01", "42703", "42883":
      return change("is not as it should be\(said); run status-sync migrate")
    case "42P06", "42P07", "42701", "42710", "42723":
      return change("has something of that name already\(said); rename it, then migrate again")
    case "22P05":
      return change("cannot hold a character in its encoding; create it with encoding UTF8")
    case "53100": return wait("has no space left on its disk; make room, then run again")
    case "53200": return wait("has no memory left; run again when it has")
    case "53300":
      return wait("has no connection free\(said); raise max_connections, or end other sessions")
    case "53400":
      return change("stopped a statement at a limit of its configuration\(said); raise it")
    case "55P03":
      return wait(
        "kept something locked for another session for too long; end that session, or run again")
    case "57014":
      return wait("stopped a statement; look into its log for who cancelled it, then run again")
    case "57P01", "57P05", "25P03", "25P04":
      return wait("ended the session\(said); run again")
    case "57P02": return wait("crashed and is starting again; run again when it is up")
    case "57P03": return wait("is starting, or stopping; run again when it is up")
    case "58030", "XX001", "XX002":
      return wait(
        "reports damaged data or a disk that fails; look into its log before anything else")
    default: return nil
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ suffix: Character) -> String {
    last == suffix ? String(dropLast()) : String(self)
  }
}

/// What an operator can do about an error.
package struct PostgresAdvice: Sendable, Equatable {
  /// The kinds of errors that operators distinguish.
  package enum Kind: Sendable, CaseIterable {
    case address, unreachable, lost, login, rights, missing, readOnly, encoding, full, busy, limit
    case damaged, schema
  }

  package var kind: Kind
  /// Half a sentence that follows the database's name: what is wrong, and what to do.
  package var text: String
  /// Somebody must change something first; otherwise running again later may be enough.
  package var needsChange: Bool {
    switch kind {
    case .address, .login, .rights, .missing, .readOnly, .encoding, .limit, .schema: true
    case .unreachable, .lost, .full, .busy, .damaged: false
    }
  }

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
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
        .address,
        "has an address that cannot be understood; write DATABASE_URL as "
          + "postgresql://USER@HOST:5432/DATABASE, special characters as %40 and the like")
    case .connect:
      return PostgresAdvice(
        .unreachable,
        "cannot be reached: \(firstLine); check the address, and that it is up")
    case .lost, .closed, .commitUnknown:
      return PostgresAdvice(
        .lost, "ended the session: \(firstLine); run again")
    case .server where isConnectionFailure:
      // Class 08, in which a pooler says that it lost its server, or got none.
      return PostgresAdvice(.lost, "ended the session\(said); run again")
    case .resources:
      return PostgresAdvice(
        .unreachable,
        "cannot be spoken to: \(firstLine) on this machine")
    case .cancelled, .server, .value, .misuse, .aborted: return nil
    }
  }

  /// libpq's message has several lines; the first says what happened.
  private var firstLine: String {
    detail.split(separator: "\n").first.map { $0.trimmingSuffix(":") } ?? "no reason given"
  }

  /// The server's message where it names tables, roles and databases only, in brackets.
  private var said: String { message.map { " (\($0))" } ?? "" }

  // One case per state that an operator meets; the names are PostgreSQL's, appendix A of its manual.
  private static func advice(_ state: String, says said: String) -> PostgresAdvice? {
    switch state {
    case "25006":
      return PostgresAdvice(
        .readOnly, "is read-only\(said); DATABASE_URL has to name the server that takes writes")
    case "28000", "28P01":
      return PostgresAdvice(
        .login, "refuses the login\(said); check the user and the password of DATABASE_URL")
    case "3D000":
      return PostgresAdvice(.missing, "does not exist\(said); create it, or correct DATABASE_URL")
    case "42501":
      return PostgresAdvice(
        .rights,
        "does not allow that to this login\(said); grant it the role that the command needs")
    case "3F000", "42P01", "42703", "42883":
      return PostgresAdvice(.schema, "is not as it should be\(said); run status-sync migrate")
    case "42P06", "42P07", "42701", "42710", "42723":
      return PostgresAdvice(
        .schema, "has something of that name already\(said); rename it, then migrate again")
    case "22P05":
      return PostgresAdvice(
        .encoding, "cannot hold a character in its encoding; create it with encoding UTF8")
    case "53100":
      return PostgresAdvice(.full, "has no space left on its disk; make room, then run again")
    case "53200": return PostgresAdvice(.busy, "has no memory left; run again when it has")
    case "53300":
      return PostgresAdvice(
        .busy, "has no connection free\(said); raise max_connections, or end other sessions")
    case "53400":
      return PostgresAdvice(
        .limit, "stopped a statement at a limit of its configuration\(said); raise it")
    case "55P03":
      return PostgresAdvice(
        .busy,
        "kept something locked for another session for too long; end that session, or run again")
    case "57014":
      return PostgresAdvice(
        .busy, "stopped a statement; look into its log for who cancelled it, then run again")
    case "57P01", "57P05", "25P03", "25P04":
      return PostgresAdvice(.lost, "ended the session\(said); run again")
    case "57P02":
      return PostgresAdvice(.busy, "crashed and is starting again; run again when it is up")
    case "57P03": return PostgresAdvice(.busy, "is starting, or stopping; run again when it is up")
    case "58030", "XX001", "XX002":
      return PostgresAdvice(
        .damaged,
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

/// Every error that an operator can meet, with a stable code (docs/operations.md#errors): logs, messages and
/// scripts use the code; the sentences may change.
package enum ErrorCode: String, CaseIterable, Sendable {
  case usage
  case configuration
  case planFile = "plan-file"
  case review
  case link
  case run
  case window
  case reportInTheWay = "report-in-the-way"
  case report
  case file
  case demo
  case locked
  case stopped
  case addressTaken = "address-taken"
  case privateServer = "private-server"
  case schemaBehind = "schema-behind"
  case schemaAhead = "schema-ahead"
  case schemaChanged = "schema-changed"
  case schemaUnreleased = "schema-unreleased"
  case schemaMisfit = "schema-misfit"
  case databaseVersion = "database-version"
  case databaseAddress = "database-address"
  case databaseUnreachable = "database-unreachable"
  case databaseLost = "database-lost"
  case databaseLogin = "database-login"
  case databaseRights = "database-rights"
  case databaseMissing = "database-missing"
  case databaseReadOnly = "database-read-only"
  case databaseEncoding = "database-encoding"
  case databaseFull = "database-full"
  case databaseBusy = "database-busy"
  case databaseLimit = "database-limit"
  case databaseDamaged = "database-damaged"
  case databaseStatement = "database-statement"
  case upstreamUnreachable = "upstream-unreachable"
  case upstreamToken = "upstream-token"
  case upstreamForbidden = "upstream-forbidden"
  case upstreamTryLater = "upstream-try-later"
  case upstreamFailed = "upstream-failed"
  case upstreamRefused = "upstream-refused"
  case upstreamContract = "upstream-contract"
  case upstreamLate = "upstream-late"
  case `internal`

  /// What happened, in one sentence.
  package var meaning: String { told.meaning }

  /// What to do about it.
  package var remedy: String { told.remedy }

  private var told: (meaning: String, remedy: String) {
    switch self {
    case .usage:
      ("The command line does not make sense.", "Read the message and `--help`.")
    case .configuration:
      (
        "A key, a variable or a file of the configuration is missing or does not fit.",
        "Correct what the message names; `status-sync doctor` checks the rest."
      )
    case .planFile:
      (
        "The plan cannot be read, or was changed by hand.",
        "Save it again: `status-sync plan --out FILE`."
      )
    case .review:
      ("The answer does not fit the question.", "Look at `status-sync review show LEAD`.")
    case .link:
      (
        "The link cannot be made, or is not needed.",
        "Look at `status-sync link list`; a lead is known once a night has read it."
      )
    case .run:
      ("There is no such run.", "`status-sync status` lists the runs.")
    case .window:
      (
        "The requested window has no figures.",
        "Correct `--from`, `--to` or `--as-of`."
      )
    case .reportInTheWay:
      (
        "The target folder holds something other than a report of this kind.",
        "Name another folder."
      )
    case .report:
      (
        "The report could not be written; earlier reports are unchanged.",
        "Free disk space or grant write permission there, then run again."
      )
    case .file:
      (
        "A file could not be written; an existing file is unchanged.",
        "Correct the path or its permissions."
      )
    case .demo:
      ("The demo's folder is incomplete or was changed.", "Create it again: `status-sync demo`.")
    case .locked:
      (
        "Another run is in progress; no system was called.",
        "Nothing, unless it happens every night: then end the session that the message names."
      )
    case .stopped:
      (
        "A signal stopped the command; work in progress was finished.",
        "Run again: the next run continues."
      )
    case .addressTaken:
      (
        "The live API cannot listen on its address.",
        "Change `api.host` or `api.port`, or stop the program that listens there."
      )
    case .privateServer:
      (
        "The private PostgreSQL of `--data-dir` did not start or stop.",
        "Do what the message says; its log is in that folder."
      )
    case .schemaBehind:
      ("The database lacks migrations of this program.", "Run `status-sync migrate` as its owner.")
    case .schemaAhead:
      (
        "The database was migrated by a newer program.",
        "Install that version or a later one; nothing was changed."
      )
    case .schemaChanged:
      (
        "A migration is not the one that was applied.",
        "Install the program that belongs to this database."
      )
    case .schemaUnreleased:
      (
        "The database was set up before the first release.",
        "Migrate a new database, and copy into it what [Database](#database) names."
      )
    case .schemaMisfit:
      (
        "The schema holds something that does not fit.",
        "Rename or repair what the message names, then run `status-sync migrate`."
      )
    case .databaseVersion:
      (
        "The database's server is older than PostgreSQL 15.",
        "Use a server of version 15 or later; nothing was changed."
      )
    case .databaseAddress:
      (
        "The database's address cannot be understood.",
        "Write it as `postgresql://USER@HOST:5432/NAME`, special characters as `%40` and the like."
      )
    case .databaseUnreachable:
      ("The database cannot be reached.", "Check the address, and that it is up; then run again.")
    case .databaseLost:
      ("The database ended the session.", "Run again: the next run settles what is open.")
    case .databaseLogin:
      ("The database refuses the login.", "Check the user, and the password in `~/.pgpass`.")
    case .databaseRights:
      ("The login lacks a permission.", "Grant it the role that the command needs.")
    case .databaseMissing:
      ("There is no such database.", "Create it, or correct the address.")
    case .databaseReadOnly:
      ("The server does not accept writes.", "Use the address of the server that does.")
    case .databaseEncoding:
      ("The database cannot store a character.", "Create it again with encoding UTF8.")
    case .databaseFull:
      ("The database's disk is full.", "Free disk space, then run again.")
    case .databaseBusy:
      (
        "The database had no free connection, memory or lock, or is starting.",
        "Run again; if this persists, raise its limits or end the session that blocks."
      )
    case .databaseLimit:
      ("A limit of the database's configuration stopped a statement.", "Raise it.")
    case .databaseDamaged:
      (
        "The database reports damaged data or a failing disk.",
        "Read its log first."
      )
    case .databaseStatement:
      (
        "The database and the program do not agree on a statement.",
        "If the schema was changed by hand, undo that; else report it with the log."
      )
    case .upstreamUnreachable:
      (
        "ResMan or DomIQ cannot be reached, or breaks off its answers.",
        "Check the address, and that it is up; then run again."
      )
    case .upstreamToken:
      ("ResMan or DomIQ refuses the token.", "Renew the token file.")
    case .upstreamForbidden:
      ("ResMan or DomIQ refuses access.", "Ask its operator for access.")
    case .upstreamTryLater:
      ("ResMan or DomIQ asks to try later.", "Run again later; lower `requests_per_second`.")
    case .upstreamFailed:
      ("ResMan or DomIQ answers with an error of its own.", "Run again when it works.")
    case .upstreamRefused:
      ("ResMan or DomIQ refuses the request.", "Check the address.")
    case .upstreamContract:
      (
        "ResMan or DomIQ does not answer as the contract says.",
        "Check the address; else report it there, with the log."
      )
    case .upstreamLate:
      ("A call was not sent, because it was too late.", "Run again.")
    case .internal:
      ("A fault of the program itself.", "Keep the log and report it.")
    }
  }
}

extension ErrorCode {
  /// The exit status of a command that ends with this error.
  package var exitStatus: ExitStatus {
    switch self {
    case .locked: .locked
    case .usage, .planFile, .review, .link, .run, .window, .reportInTheWay: .usage
    case .configuration, .file, .demo, .schemaBehind, .schemaAhead, .schemaChanged,
      .schemaUnreleased, .schemaMisfit, .databaseVersion, .databaseAddress, .databaseLogin,
      .databaseRights, .databaseMissing, .databaseReadOnly, .databaseEncoding, .databaseLimit:
      .configuration
    case .addressTaken, .privateServer, .databaseUnreachable, .databaseLost, .databaseFull,
      .databaseBusy, .databaseDamaged, .upstreamUnreachable, .upstreamToken, .upstreamForbidden,
      .upstreamFailed, .upstreamRefused, .upstreamContract, .upstreamLate:
      .unreachable
    case .upstreamTryLater: .tryLater
    case .stopped: .terminated
    case .report, .databaseStatement, .internal: .internalError
    }
  }
}

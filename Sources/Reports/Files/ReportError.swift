import Glibc
import Store

/// Why a report could not be written. An earlier report is unchanged.
package struct ReportError: Error, Sendable, CustomStringConvertible {
  package enum Code: String {
    case noSpace, notAllowed, notADirectory, inTheWay, system
  }

  package let code: Code
  /// What was being done, to which path.
  package let action: String
  /// The system's own number; 0 where it has none.
  package let number: Int32

  package init(_ code: Code, _ action: String, number: Int32 = 0) {
    self.code = code
    self.action = action
    self.number = number
  }

  /// The error that `errno` stands for after a call that failed.
  package static func system(_ action: String, number: Int32 = errno) -> ReportError {
    switch number {
    case ENOSPC, EDQUOT: ReportError(.noSpace, action, number: number)
    case EACCES, EPERM, EROFS: ReportError(.notAllowed, action, number: number)
    case ENOTDIR, ELOOP: ReportError(.notADirectory, action, number: number)
    default: ReportError(.system, action, number: number)
    }
  }

  /// A short name for logs and counters.
  package var label: String { "report_\(code.rawValue)" }

  /// One sentence, for who wanted to write.
  package var description: String {
    "the report was not written: \(reason); the reports before it stand"
  }

  /// What could not be done, and why.
  package var reason: String {
    let why =
      switch code {
      case .noSpace: "there is no space left"
      case .notAllowed: "that is not allowed, or the file system is read-only"
      case .notADirectory: "it is not a directory, or a symbolic link, which is not followed"
      case .inTheWay:
        "a run's report, or something that is no report, is there already; name another folder"
      case .system: String(cString: strerror(number))
      }
    return "cannot \(action): \(why)"
  }
}

extension ReportError: CodedError {
  package var errorCode: ErrorCode { code == .inTheWay ? .reportInTheWay : .report }
}

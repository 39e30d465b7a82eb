import Foundation

/// The files that this process may have open; each connection is one.
package enum OpenFiles {
  /// Raises the limit to 8,192, or to what the system lets a process have without asking (`ulimit -Hn`), where it
  /// is lower.
  /// - Returns: The limit from now on.
  package static func raiseLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    if limit.rlim_cur < 8192 {
      var raised = limit
      raised.rlim_cur = min(8192, limit.rlim_max)
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }
}

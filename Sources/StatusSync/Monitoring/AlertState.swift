import Foundation
import Glibc
import Leads

/// The state of the alerts in a file of the reports directory: a database that does not answer is one of
/// the things to tell of.
struct AlertState: Sendable {
  static let name = ".alerts.json"

  /// The reports directory.
  let path: String

  /// Lends the state, and keeps what was made of it; one process at a time.
  /// - Throws: where the directory cannot be written to; then the change is lost.
  func with<T>(_ body: (inout AlertPolicy) async -> T) async throws -> T {
    let directory = try OutputDirectory.create(at: path)
    let lock = open("\(path)/.alerts.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw ReportError.system("lock \(path)/.alerts.lock") }
    defer { close(lock) }
    while flock(lock, LOCK_EX) != 0, errno == EINTR {}
    // A file that cannot be read counts as none: better told twice than not at all.
    var policy =
      directory.contents(of: Self.name).flatMap {
        try? JSON.decode($0, as: AlertPolicy.self)
      } ?? AlertPolicy()
    let before = policy
    let result = await body(&policy)
    if policy != before {
      try OwnersFile.write(JSON.data(policy), to: "\(path)/\(Self.name)")
    }
    return result
  }
}

import Foundation
import Glibc
import Leads
import Reports
import Store

/// The state of the alerts, in a file of the reports directory, because an unreachable database is one of the causes.
struct AlertState: Sendable {
  static let name = ".alerts.json"

  /// The reports directory.
  let path: String

  /// Runs the closure on the state and saves the changed state; one process at a time.
  /// - Throws: where the directory cannot be written to, and then the change is lost; what the closure throws.
  func with<T>(_ body: (inout AlertPolicy) async throws -> T) async throws -> T {
    let directory = try OutputDirectory.create(at: path)
    let lock = open("\(path)/.alerts.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { throw ReportError.system("lock \(path)/.alerts.lock") }
    defer { close(lock) }
    while flock(lock, LOCK_EX) != 0, errno == EINTR {}
    // An unreadable file counts as missing: a repeated message is better than none.
    var policy =
      directory.contents(of: Self.name).flatMap {
        try? JSON.decode($0, as: AlertPolicy.self)
      } ?? AlertPolicy()
    let before = policy
    let result = try await body(&policy)
    if policy != before { try save(policy) }
    return result
  }

  /// Saves a state. Only within `with`.
  func save(_ policy: AlertPolicy) throws {
    try OwnersFile.write(JSON.data(policy), to: "\(path)/\(Self.name)")
  }
}

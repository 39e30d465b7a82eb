import Foundation
import Leads
import Settings
import StandIns
import Store

/// The files of a demo beside its PostgreSQL: the state of both systems, a configuration with which every command works
/// on it, and, while a process has it open, the addresses of the stand-ins.
struct DemoFolder: Sendable {
  let path: String

  /// The state of both systems.
  var systems: String { path + "/systems.json" }
  /// Commands that are started in the folder find it by this name.
  var configuration: String { path + "/status-sync.yaml" }
  private var addresses: String { path + "/stand-ins.json" }

  /// The addresses of the stand-ins of an open demo.
  struct Addresses: Codable, Sendable, Equatable {
    var resman: String
    var domiq: String
    var credentials: Credentials

    init(_ standIns: StandIns) {
      resman = standIns.resmanURL
      domiq = standIns.domiqURL
      credentials = standIns.credentials
    }

    /// Of a StatusSync between the two systems.
    /// - Parameter reports: the folder of the reports.
    func settings(reports: String) -> Settings {
      var settings = Settings()
      settings.resman = SystemSettings(
        url: resman, token: Secret(credentials.resmanToken), requestsPerSecond: 5_000,
        concurrency: 8)
      settings.domiq = SystemSettings(
        url: domiq, token: Secret(credentials.domiqToken),
        webhookSecret: Secret(credentials.webhookSecret), requestsPerSecond: 5_000, concurrency: 8)
      settings.reports.directory = reports
      return settings
    }
  }

  /// Locks the demo until it is released, or the process ends.
  final class Hold: Sendable {
    private let descriptor: Int32
    fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
  }

  /// The right to run the stand-ins; nil where another process has it.
  func hold() throws -> Hold? {
    let descriptor = Glibc.open(
      path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw DemoError.folder(path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    return Hold(descriptor)
  }

  /// Publishes the addresses of the stand-ins, for other processes while the demo is open.
  func publish(_ standIns: StandIns) throws {
    try OwnersFile.write(JSON.data(Addresses(standIns)), to: addresses)
  }

  func unpublish() { try? FileManager.default.removeItem(atPath: addresses) }

  /// The published addresses of the stand-ins; nil while they are being started.
  func published() -> Addresses? {
    FileManager.default.contents(atPath: addresses).flatMap {
      try? JSON.decode($0, as: Addresses.self)
    }
  }

  private static let mark = "# The made-up data of `status-sync demo`."

  /// - Throws: `DemoError` where there is a configuration that a demo did not write.
  func checkConfiguration() throws {
    guard let there = FileManager.default.contents(atPath: configuration) else { return }
    guard there.starts(with: Data(Self.mark.utf8)) else {
      throw DemoError.notADemo(configuration)
    }
  }

  /// Writes the configuration. It names the folder only: addresses and tokens are those of the stand-ins
  /// at the time.
  func writeConfiguration() throws {
    try checkConfiguration()
    let text = """
      \(Self.mark) Every command that is started in this folder, or with
      # --config and this file, works on it: its PostgreSQL and the stand-ins for both systems run for as
      # long as the command does.
      demo: { directory: \(Self.quoted(path)) }
      reports: { directory: \(Self.quoted(path + "/reports")) }

      """
    try OwnersFile.write(Data(text.utf8), to: configuration)
  }

  /// A text in YAML's double quotes.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

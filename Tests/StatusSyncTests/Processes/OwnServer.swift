import Foundation
import Glibc
import Postgres
import PrivatePostgres

/// A PostgreSQL as somebody else runs it: it listens on loopback with TLS and a certificate of its own authority, and
/// logins have passwords.
struct OwnServer: Sendable {
  let server: PrivateServer
  /// Everything of the test; removed with it.
  let folder: String
  let port: Int
  /// The authority that signed the server's certificate, and one that did not.
  var authority: String { "\(folder)/ca.pem" }
  var stranger: String { "\(folder)/stranger.pem" }

  static func with<T>(_ body: (OwnServer) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-own-\(UUID().uuidString.prefix(8))"
    ).path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try certificates(in: folder)
    try """
    local all all trust
    hostssl all all 127.0.0.1/32 scram-sha-256

    """.write(toFile: "\(folder)/hba.conf", atomically: true, encoding: .utf8)
    // As root, PostgreSQL runs as its own user, who has to read these whatever the umask is.
    _ = chmod(folder, 0o755)
    for name in ["hba.conf", "server.pem"] { _ = chmod("\(folder)/\(name)", 0o644) }
    let port = freePort()
    let server = try await PrivateServer.start(
      directory: "\(folder)/pg", forTests: true,
      settings: [
        "listen_addresses = '127.0.0.1'", "port = \(port)", "hba_file = '\(folder)/hba.conf'",
        "ssl = on", "ssl_cert_file = '\(folder)/server.pem'",
        "ssl_key_file = '\(folder)/server.key'", "password_encryption = 'scram-sha-256'",
      ])
    let result: Result<T, any Error>
    do {
      result = .success(try await body(OwnServer(server: server, folder: folder, port: port)))
    } catch { result = .failure(error) }
    await server.stop()
    return try result.get()
  }

  /// Over its socket, as the one who made it.
  func url(database: String) -> String { server.url(database: database) + "&port=\(port)" }

  func script(_ text: String, on database: String = "postgres") async throws {
    let connection = try await PostgresConnection(
      PostgresConfiguration(url: url(database: database)))
    try await connection.script(text)
    await connection.close()
  }

  /// A file that only its owner may read.
  func file(_ name: String, _ text: String) throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    _ = chmod(path, 0o600)
    return path
  }

  /// A port that was free a moment ago: a server of PostgreSQL cannot be told to take any.
  private static func freePort() -> Int {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = Glibc.bind(number, $0, length)
        _ = getsockname(number, $0, &length)
      }
      return Int(UInt16(bigEndian: $0.pointee.sin_port))
    }
  }

  private static func certificates(in folder: String) throws {
    for name in ["ca", "stranger"] {
      try openssl([
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem", "-days", "7300",
        "-subj", "/CN=\(name).example.com",
      ])
    }
    try openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
      "\(folder)/server.key", "-out", "\(folder)/server.csr", "-subj", "/CN=localhost",
    ])
    try openssl([
      "x509", "-req", "-in", "\(folder)/server.csr", "-CA", "\(folder)/ca.pem", "-CAkey",
      "\(folder)/ca.key", "-CAcreateserial", "-days", "7300", "-out", "\(folder)/server.pem",
    ])
    // As root, PostgreSQL runs as its own user, who has to read the key and nobody else.
    _ = chmod("\(folder)/server.key", 0o600)
    if geteuid() == 0, let account = getpwnam("postgres") {
      _ = chown("\(folder)/server.key", account.pointee.pw_uid, account.pointee.pw_gid)
    }
  }

  private static func openssl(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ProcessHarnessError("openssl \(arguments[0]) made no certificate")
    }
  }
}

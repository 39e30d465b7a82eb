import Foundation
import Leads
import Live
import Postgres
import Store

/// How to try the live API on the demo's data: a lead, a key, and shell lines to copy.
package struct DemoDay: Sendable {
  /// The file with the key as a header, for its owner only; `curl -H @FILE` sends it.
  static let header = "api.header"
  /// The key's name.
  static let caller = "demo"

  /// A lead whose status may be changed.
  let lead: String
  let property: UUID
  let target: Status

  /// Makes the key, or finds the one made before, and chooses a lead on which both systems agree.
  package static func prepare(_ open: DemoEnvironment.Open, directory: String) async throws
    -> DemoDay
  {
    let connection = try await PostgresConnection(PostgresConfiguration(url: open.database))
    do {
      try await writeKey(APIKeys(connection), file: directory + "/" + header)
      let day = try await choose(connection)
      await connection.close()
      return day
    } catch {
      await connection.close()
      throw error
    }
  }

  private static func writeKey(_ keys: APIKeys, file: String) async throws {
    if let text = try? String(contentsOfFile: file, encoding: .utf8),
      let key = text.split(whereSeparator: \.isWhitespace).last,
      try await keys.caller(String(key)) != nil
    {
      return
    }
    _ = try await keys.revoke(caller)
    let new = try await keys.create(name: caller, updatedBy: .chatbot, properties: nil)
    guard let new else { return }
    try OwnersFile.write(Data("Authorization: Bearer \(new.key)\n".utf8), to: file)
  }

  /// New leads first, because they may be contacted without conditions; any other lead may be set to lost.
  private static func choose(_ connection: PostgresConnection) async throws -> DemoDay {
    let row = try await connection.queryOne(
      """
      select resman_lead_id, property_id, base
      from lead
      where base = domiq and base = resman and base not in ('leased', 'lost')
        and property_id is not null and not exists (
          select from review_item r where r.resman_lead_id = lead.resman_lead_id)
      order by base <> 'new', resman_lead_id
      limit 1
      """)
    guard let row else { throw DemoError.nobodyMayMove }
    return DemoDay(
      lead: try row["resman_lead_id"], property: try row["property_id"],
      target: try row["base"] == "new" ? .contacted : .lost)
  }

  /// Shell lines, to be pasted in this order: start, four calls, stop.
  /// - Parameters:
  ///   - command: starts the live API.
  ///   - directory: of the demo, as the reader would type it.
  package func lines(command: String, directory: String, port: Int) -> [String] {
    let curl = "curl -s -w '\\n' -H " + Self.quoted("@\(directory)/\(Self.header)")
    let api = "http://127.0.0.1:\(port)/api/resman"
    let property = property.uuidString.lowercased()
    let body = #"{"new_status":"\#(target.rawValue)","updated_by":"chatbot"}"#
    return [
      "\(command) &",
      "\(curl) --retry 60 --retry-delay 1 --retry-connrefused \(api)/leads/\(lead)/status-history",
      "\(curl) -X PUT -H 'Content-Type: application/json' -H 'Idempotency-Key: try-\(lead)' "
        + "-d '\(body)' \(api)/leads/\(lead)/status",
      "\(curl) \(api)/notifications/\(property)",
      "\(curl) \(api)/analytics/\(property)/metrics",
      "kill $!",
    ]
  }

  /// One word of a shell.
  package static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      byte == 0x2D || byte == 0x5F || (0x2E...0x39).contains(byte) || (0x40...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    }
    return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: #"'\''"#))'"
  }

  /// A free port of the loopback interface: the first from this one on.
  package static func freePort(from first: Int) -> Int {
    (first...min(first + 50, 65_535)).first(where: isFree) ?? first
  }

  private static func isFree(_ port: Int) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { _ = close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    // A port closed a moment ago counts as free, as it does for the server.
    var reuse: Int32 = 1
    setsockopt(
      socket, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

/// Why a demo cannot be opened. Exit status 78.
package enum DemoError: Error, CustomStringConvertible {
  case nobodyMayMove
  /// There is no demo in this folder.
  case noTown(String)
  /// Another process has it open, and its stand-ins' addresses are not known.
  case busy(String)
  case folder(String)
  /// This configuration was not written by a demo.
  case notADemo(String)

  package var description: String {
    switch self {
    case .nobodyMayMove: "no lead of the demo is where it could be moved from"
    case .noTown(let directory):
      "demo.directory: there is no demo in \(directory); make one with: status-sync demo --directory "
        + directory
    case .busy(let directory):
      "another command has the demo in \(directory) open and did not start its systems within a minute"
    case .folder(let directory): "\(directory) cannot be written to"
    case .notADemo(let file):
      "\(file) is not a demo's configuration; give the demo a folder of its own with --directory"
    }
  }
}

extension DemoError: CodedError {
  package var errorCode: ErrorCode { .demo }
}

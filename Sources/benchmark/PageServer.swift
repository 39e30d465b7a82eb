import Foundation
import Hummingbird
import NIOCore

/// Both systems' pages, made before the first request; single reads and writes do not exist here.
struct PageServer: Sendable {
  let town: BenchTown
  let pageSize: Int

  func run() async throws {
    let resman = pages { town.resmanJSON($0) }
    let domiq = pages { town.domiqJSON($0) }
    let list = (0..<town.properties).map {
      #"{"property_id":"\#(town.property($0))","name":"Property \#($0)","timezone":"UTC"}"#
    }
    let properties = ByteBuffer(string: #"{"properties":["# + list.joined(separator: ",") + "]}")
    let router = Router()
    router.get("/api/resman/properties") { _, _ in Self.answer(properties) }
    router.get("/api/resman/leads") { request, _ in Self.page(request, of: resman) }
    router.get("/api/leads") { request, _ in Self.page(request, of: domiq) }
    let app = Application(
      router: router,
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        FileHandle.standardOutput.write(Data("\(channel.localAddress?.port ?? 0)\n".utf8))
      })
    try await app.runService()
  }

  /// Pages by property and number.
  private func pages(_ record: (Int) -> String) -> [String: [ByteBuffer]] {
    var all: [String: [ByteBuffer]] = [:]
    for property in 0..<town.properties {
      let members = Array(stride(from: property, to: town.leads, by: town.properties))
      var pages: [ByteBuffer] = []
      var start = 0
      repeat {
        let end = min(start + pageSize, members.count)
        let records = members[start..<end].map(record).joined(separator: ",")
        let next = end < members.count ? "\"\(pages.count + 1)\"" : "null"
        pages.append(
          ByteBuffer(
            string:
              "{\"leads\":[\(records)],\"next_cursor\":\(next),\"total_count\":\(members.count)}"))
        start = end
      } while start < members.count
      all[town.property(property)] = pages
    }
    return all
  }

  private static func page(_ request: Request, of pages: [String: [ByteBuffer]]) -> Response {
    let query = request.uri.queryParameters
    let number = query["cursor"].flatMap { Int($0) } ?? 0
    guard let property = query["property_id"], let own = pages[String(property)],
      own.indices.contains(number)
    else { return Response(status: .notFound) }
    return answer(own[number])
  }

  private static func answer(_ body: ByteBuffer) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: body))
  }
}

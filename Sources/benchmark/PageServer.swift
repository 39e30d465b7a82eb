import Foundation
import Hummingbird
import Leads
import NIOCore

/// Both systems' pages of one night, made before the first request. A lead asked for by id is not there;
/// writes do not exist here.
struct PageServer: Sendable {
  let data: BenchmarkData
  let pageSize: Int

  func run() async throws {
    var members = Array(repeating: [Int](), count: data.properties)
    for lead in 0..<data.leads { members[data.property(of: lead)].append(lead) }
    let resman = pages(members) { data.resmanJSON($0) }
    let domiq = pages(members) { data.domiqJSON($0) }
    let list = (0..<data.properties).map {
      #"{"property_id":"\#(data.propertyID($0))","name":"Property \#($0)","timezone":"UTC"}"#
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
  private func pages(
    _ members: [[Int]], _ records: (Int) -> [String]
  ) -> [String: [ByteBuffer]] {
    var all: [String: [ByteBuffer]] = [:]
    for property in 0..<data.properties {
      let records = members[property].flatMap(records)
      var pages: [ByteBuffer] = []
      var start = 0
      repeat {
        let end = min(start + pageSize, records.count)
        let next = end < records.count ? "\"\(pages.count + 1)\"" : "null"
        pages.append(
          ByteBuffer(
            string: "{\"leads\":[\(records[start..<end].joined(separator: ","))],"
              + "\"next_cursor\":\(next),\"total_count\":\(records.count)}"))
        start = end
      } while start < records.count
      all[data.propertyID(property)] = pages
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

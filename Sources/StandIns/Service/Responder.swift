import Foundation
import Hummingbird

/// One system's responder: reads a whole request, gets its answer, and sends the answer, or part of it where a fault
/// requires that.
struct Responder: HTTPResponder {
  typealias Context = BasicRequestContext

  let system: StandInSystem
  let exchange: RequestHandler
  let control: Control

  static let largestBody = 64 * 1024
  static let largestControlBody = 16 * 1024 * 1024

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let isControl = request.uri.path.hasPrefix(Control.prefix)
    var call = Call(request, system: system)
    let largest = isControl ? Self.largestControlBody : Self.largestBody
    guard let body = try? await request.body.collect(upTo: largest) else {
      return plain(.problem(413, "Body too large"))
    }
    call.body = Array(body.readableBytesView)
    if isControl { return plain(await control.answer(call)) }
    return send(await exchange.answer(call))
  }

  private func plain(_ answer: Answer) -> Response {
    Response(
      status: .init(code: answer.status), headers: answer.fields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }

  /// The answer on its way, and in the ledger before its first byte.
  private func send(_ outcome: RequestHandler.Outcome) -> Response {
    let answer = outcome.answer
    let torn = outcome.faults.first(.torn).map { $0.bytes ?? answer.body.count / 2 }
    let cut = torn.map { min(max($0, 0), answer.body.count) }
    let ledger = exchange.ledger
    ledger.reply(
      to: outcome.arrival, answer, sent: cut == nil, faults: outcome.faults.map(\.kind))
    let slow = outcome.faults.first { [.stall, .drip].contains($0.kind) }
    let holds = exchange.holds
    let body = ResponseBody(contentLength: answer.body.count) { writer in
      do {
        var rest = answer.body.prefix(cut ?? answer.body.count)
        if let slow, slow.kind == .stall {
          let first = rest.prefix(slow.bytes ?? 1)
          try await writer.write(ByteBuffer(bytes: first))
          rest = rest.dropFirst(first.count)
          await holds.hold()
        } else if let slow {
          while rest.count > 1 {
            try await writer.write(ByteBuffer(bytes: rest.prefix(1)))
            rest = rest.dropFirst()
            try await Task.sleep(for: .seconds(max(slow.seconds, 0.001)))
          }
        }
        try await writer.write(ByteBuffer(bytes: rest))
        if cut != nil { throw TornConnection() }
        try await writer.finish(nil)
      } catch {
        ledger.replyWasNotSent(to: outcome.arrival)
        throw error
      }
    }
    return Response(status: .init(code: answer.status), headers: answer.fields, body: body)
  }
}

/// Thrown while a body is written: the server closes the connection.
private struct TornConnection: Error {}

extension Answer {
  fileprivate var fields: HTTPFields {
    var fields = HTTPFields()
    for (name, value) in headers {
      guard let name = HTTPFields.Element.Name(name) else { continue }
      fields[name] = value
    }
    return fields
  }
}

extension Call {
  init(_ request: Request, system: StandInSystem) {
    let path = request.uri.path
    var headers: [String: String] = [:]
    for field in request.headers { headers[field.name.canonicalName] = field.value }
    if headers["host"] == nil { headers["host"] = request.head.authority }
    var query: [String: String] = [:]
    for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
    self.init(
      system: system, method: request.method.rawValue, path: path,
      segments: path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) },
      query: query, target: request.uri.string, headers: headers, body: [])
  }
}

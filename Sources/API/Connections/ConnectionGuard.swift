import Foundation
import Leads
import Live
import NIOCore
import NIOHTTP1

/// Time limits for a client.
struct ConnectionLimits: Sendable {
  /// For its first head, for a body, and for reading an answer, however slowly the bytes come.
  var timeout: TimeAmount
  /// For the head of each later request, including the pause before it.
  var idle: TimeAmount { timeout * 2 }
  /// A large answer may take longer: one second more per this many bytes.
  static let slowestBytesPerSecond = 64 * 1024
  /// How long bytes that nobody needs are still received, so that the client can read the last answer.
  var linger: TimeAmount { min(.seconds(1), timeout) }
}

/// Enforces the time limits of one connection. Only whole steps count: one byte per second does not extend a
/// limit. If an answer is given before the whole request was read, it is the connection's last. The guard
/// sees one request at a time (`OneAtATime`).
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let connections: Connections
  private let limits: ConnectionLimits
  /// The end of the last request was read.
  private var isRead = true
  /// The request being read is the client's last one on this connection.
  private var isLastRequest = false
  /// Nothing more is answered after this, and further bytes are discarded.
  private var isEnding = false
  /// For the next head, for the rest of a body, or for the client to read the last answer.
  private var reading: Scheduled<Void>?
  /// For the answer to be sent.
  private var writing: Scheduled<Void>?
  private var answerBytes = 0

  init(connections: Connections, limits: ConnectionLimits) {
    self.connections = connections
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) {
    connections.opened(context.channel, from: context.remoteAddress?.ipAddress ?? "")
    reading = schedule(in: limits.timeout, context) { _, context in context.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { end(context) }

  func channelInactive(context: ChannelHandlerContext) {
    end(context)
    context.fireChannelInactive()
  }

  private func end(_ context: ChannelHandlerContext) {
    reading?.cancel()
    writing?.cancel()
    connections.closed(context.channel)
  }

  // MARK: - Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isEnding else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      if let fault = Self.fault(of: head) { return refuse(fault, context) }
      isLastRequest = !head.isKeepAlive
      isRead = false
      connections.now(.sending, context.channel)
      reading?.cancel()
      reading = schedule(in: limits.timeout, context) { _, context in context.close(promise: nil) }
    case .body: break
    case .end:
      isRead = true
      reading?.cancel()
      connections.now(.worked, context.channel)
    }
    context.fireChannelRead(data)
  }

  /// A request must name its host exactly once (RFC 9112, section 3.2): with two Host headers, two programs
  /// could choose different ones.
  private static func fault(of head: HTTPRequestHead) -> String? {
    let hosts = head.headers[canonicalForm: "host"].count
    if hosts > 1 { return "more than one Host header" }
    let isOld = (head.version.major, head.version.minor) < (1, 1)
    return hosts == 0 && !isOld ? "no Host header" : nil
  }

  // MARK: - Answers

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !isEnding else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if head.status.code >= 200 {
        answerBytes = 0
        connections.now(.answered, context.channel)
        // The rest of the request would be read for nothing.
        if isLastAnswer { head.headers.replaceOrAdd(name: "connection", value: "close") }
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body(let body):
      answerBytes += body.readableBytes
      context.write(data, promise: promise)
    case .end:
      finish(context, data: data, promise: promise)
    }
  }

  private var isLastAnswer: Bool { !isRead || isLastRequest }

  private func finish(
    _ context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    isEnding = isLastAnswer
    reading?.cancel()
    let seconds = answerBytes / ConnectionLimits.slowestBytesPerSecond
    writing = schedule(in: limits.timeout + .seconds(Int64(seconds)), context) { _, context in
      context.close(promise: nil)
    }
    let left = promise ?? context.eventLoop.makePromise(of: Void.self)
    let me = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    left.futureResult.whenSuccess { me.value.handler.answered(me.value.context) }
    context.write(data, promise: left)
    if isEnding { context.flush() }
  }

  /// The answer has been sent: from now on the limit for the next head, or for reading the last answer, runs.
  private func answered(_ context: ChannelHandlerContext) {
    writing?.cancel()
    if isEnding { return leave(context) }
    connections.now(.idle, context.channel)
    reading = schedule(in: limits.idle, context) { _, context in context.close(promise: nil) }
  }

  // MARK: - The end

  /// Answers directly; the handlers behind do not see the request.
  private func refuse(_ fault: String, _ context: ChannelHandlerContext) {
    let id = UUID().uuidString.lowercased()
    let problem = Problem(.malformedRequest, fault)
    let body = (try? JSON.data(problem.body(requestID: id))) ?? Data()
    let head = HTTPResponseHead(
      version: .http1_1, status: .badRequest,
      headers: [
        "content-type": "application/problem+json", "content-length": "\(body.count)",
        RequestTrace.header: id, "connection": "close",
      ])
    isLastRequest = true
    answerBytes = body.count
    connections.now(.answered, context.channel)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    finish(context, data: wrapOutboundOut(.end(nil)), promise: nil)
  }

  /// Sends nothing more, and closes when the client has had time to read the last answer (RFC 9112, section
  /// 9.6): if a connection is closed at once, the answer is lost.
  private func leave(_ context: ChannelHandlerContext) {
    connections.now(.leaving, context.channel)
    reading = schedule(in: limits.linger, context) { _, context in context.close(promise: nil) }
    context.close(mode: .output, promise: nil)
    context.read()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    // Discarded bytes must still be read; no other handler asks for them.
    if isEnding { context.read() }
  }

  private func schedule(
    in time: TimeAmount, _ context: ChannelHandlerContext,
    _ work: @escaping (ConnectionGuard, ChannelHandlerContext) -> Void
  ) -> Scheduled<Void> {
    let me = NIOLoopBound(
      (handler: self, context: context, work: work), eventLoop: context.eventLoop)
    return context.eventLoop.scheduleTask(in: time) {
      me.value.work(me.value.handler, me.value.context)
    }
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

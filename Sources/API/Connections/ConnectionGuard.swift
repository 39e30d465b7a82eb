import Foundation
import Leads
import Live
import NIOCore
import NIOHTTP1

/// How long a client may take.
struct ConnectionLimits: Sendable {
  /// For its first head, for a body, and for reading an answer, however it trickles.
  var timeout: TimeAmount
  /// For the head of each later request, the silence before it included.
  var idle: TimeAmount { timeout * 2 }
  /// A large answer may take longer: a second more for so many bytes.
  static let slowestBytesPerSecond = 64 * 1024
  /// How long a client may go on sending what nobody reads, so that it can hear why.
  var linger: TimeAmount { min(.seconds(1), timeout) }
}

/// Holds one connection to its limits, by the clock and not by whether something moves: a byte a second
/// keeps nothing alive. An answer that was given before the request was read to its end is the last one.
/// It sees one request at a time (`OneAtATime`).
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let connections: Connections
  private let limits: ConnectionLimits
  /// The end of the last request was read.
  private var isRead = true
  /// The request being read is the last one that the client has for this connection.
  private var isLastRequest = false
  /// Nothing more is answered after this, and what still comes is thrown away.
  private var isEnding = false
  /// For the next head, for the rest of a body, or for the client to hear the last answer.
  private var reading: Scheduled<Void>?
  /// For the answer to leave.
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

  /// A request must say once which host it is for (RFC 9112, section 3.2): two readers of one that
  /// says it twice could take it for two different ones.
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
        // Whatever of the request is still to come would be read for nothing.
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

  /// The answer has left: time passes from now on for the next head, or for hearing the last answer.
  private func answered(_ context: ChannelHandlerContext) {
    writing?.cancel()
    if isEnding { return leave(context) }
    connections.now(.idle, context.channel)
    reading = schedule(in: limits.idle, context) { _, context in context.close(promise: nil) }
  }

  // MARK: - The end

  /// Answers by itself; nothing behind hears of the request.
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

  /// Says nothing more, and closes when the client has had time to hear the last answer (RFC 9112,
  /// section 9.6): a connection that is closed at once loses it.
  private func leave(_ context: ChannelHandlerContext) {
    connections.now(.leaving, context.channel)
    reading = schedule(in: limits.linger, context) { _, context in context.close(promise: nil) }
    context.close(mode: .output, promise: nil)
    context.read()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    // What is thrown away is read all the same; nobody behind asks for it.
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

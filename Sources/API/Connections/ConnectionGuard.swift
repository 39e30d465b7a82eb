import Foundation
import NIOCore
import NIOHTTP1
import StatusSync

/// How long a client may take.
struct ConnectionLimits: Sendable {
  /// For its first head, for a body, and for reading an answer, however it trickles.
  var patience: TimeAmount
  /// For the head of each later request, the silence before it included.
  var idle: TimeAmount { patience * 2 }
  /// A large answer may take longer: a second more for so many bytes.
  static let slowestBytesPerSecond = 64 * 1024
  /// How long a client may go on sending what nobody reads, so that it can hear why.
  var linger: TimeAmount { min(.seconds(1), patience) }
}

/// Holds one connection to its limits, by the clock and not by whether something moves: a byte a second
/// keeps nothing alive. An answer that was given before the request was read to its end is the last one.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let connections: Connections
  private let limits: ConnectionLimits
  /// Requests whose head was read and whose answer is not written yet.
  private var underWay = 0
  /// The end of the last request was read.
  private var isRead = true
  /// The request being read is the last one that the client has for this connection.
  private var isLastRequest = false
  /// Nothing more is answered after this, and what still comes is thrown away.
  private var isEnding = false
  private var refusal: String?
  /// For the next head, or for the rest of a body.
  private var reading: Scheduled<Void>?
  /// When each answer that is still being written must be out.
  private var unwritten: [NIODeadline] = []
  private var writing: Scheduled<Void>?
  private var answerBytes = 0

  init(connections: Connections, limits: ConnectionLimits) {
    self.connections = connections
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) {
    connections.opened(context.channel, from: context.remoteAddress?.ipAddress ?? "")
    expectHead(within: limits.patience, context)
  }

  func handlerRemoved(context: ChannelHandlerContext) { end(context) }

  func channelInactive(context: ChannelHandlerContext) {
    end(context)
    context.fireChannelInactive()
  }

  private func end(_ context: ChannelHandlerContext) {
    reading?.cancel()
    writing?.cancel()
    unwritten = []
    connections.closed(context.channel)
  }

  // MARK: - Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isEnding, refusal == nil else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      if let fault = Self.fault(of: head) { return refuse(fault, context) }
      if isLastRequest { return }
      isLastRequest = !head.isKeepAlive
      underWay += 1
      isRead = false
      expectEnd(context)
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

  /// Time passes from now on for the next head.
  private func expectHead(within time: TimeAmount, _ context: ChannelHandlerContext) {
    connections.now(.waiting, context.channel)
    reading?.cancel()
    reading = schedule(in: time, context) { handler, context in
      if handler.underWay == 0 { context.close(promise: nil) }
    }
  }

  /// Time passes for the body of the request that is being answered; one that waits behind another
  /// has its time from its turn on.
  private func expectEnd(_ context: ChannelHandlerContext) {
    reading?.cancel()
    reading = schedule(in: limits.patience, context) { handler, context in
      guard !handler.isRead else { return }
      if handler.underWay > 1 { handler.expectEnd(context) } else { context.close(promise: nil) }
    }
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
        if underWay == 1, !isRead || isLastRequest {
          head.headers.replaceOrAdd(name: "connection", value: "close")
        }
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body(let body):
      answerBytes += body.readableBytes
      context.write(data, promise: promise)
    case .end:
      finish(context, data: data, promise: promise)
    }
  }

  private func finish(
    _ context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    underWay -= 1
    let isLast = underWay == 0 && (!isRead || isLastRequest)
    let seconds = answerBytes / ConnectionLimits.slowestBytesPerSecond
    unwritten.append(.now() + limits.patience + .seconds(Int64(seconds)))
    let written = promise ?? context.eventLoop.makePromise(of: Void.self)
    let me = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    written.futureResult.whenComplete { _ in me.value.handler.written(me.value.context) }
    if writing == nil { watchWriting(context) }
    context.write(data, promise: written)
    if isLast { return leave(context) }
    if underWay == 0 {
      if refusal != nil { return sendRefusal(context) }
      expectHead(within: limits.idle, context)
    } else if !isRead {
      expectEnd(context)
    } else {
      connections.now(.worked, context.channel)
    }
  }

  private func written(_ context: ChannelHandlerContext) {
    if !unwritten.isEmpty { unwritten.removeFirst() }
    writing?.cancel()
    writing = nil
    watchWriting(context)
  }

  /// Time passes for the oldest answer that is not out.
  private func watchWriting(_ context: ChannelHandlerContext) {
    guard let deadline = unwritten.first else { return }
    writing = schedule(in: deadline - .now(), context) { _, context in
      context.close(promise: nil)
    }
  }

  // MARK: - The end

  /// Answers by itself, once the requests before are answered; nothing behind hears of the request.
  private func refuse(_ fault: String, _ context: ChannelHandlerContext) {
    refusal = fault
    if underWay == 0 { sendRefusal(context) }
  }

  private func sendRefusal(_ context: ChannelHandlerContext) {
    guard let refusal else { return }
    let id = UUID().uuidString.lowercased()
    let problem = Problem(.malformedRequest, refusal)
    let body = (try? JSONEncoder().encode(problem.body(requestID: id))) ?? Data()
    let head = HTTPResponseHead(
      version: .http1_1, status: .badRequest,
      headers: [
        "content-type": "application/problem+json", "content-length": "\(body.count)",
        RequestTrace.header: id, "connection": "close",
      ])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
    leave(context)
  }

  /// Says nothing more, and closes when the client has had time to hear the last answer (RFC 9112,
  /// section 9.6): a connection that is closed at once loses it.
  private func leave(_ context: ChannelHandlerContext) {
    isEnding = true
    reading?.cancel()
    connections.now(.waiting, context.channel)
    context.flush()
    reading = schedule(in: limits.linger, context) { _, context in context.close(promise: nil) }
    context.close(mode: .output, promise: nil)
    context.read()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    // What is thrown away is read all the same; nobody behind asks for it.
    if isEnding || refusal != nil { context.read() }
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

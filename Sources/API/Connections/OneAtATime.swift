import NIOCore
import NIOHTTP1

/// Passes on one request of a connection at a time: the next one when the answer before it has been sent.
/// Pipelined requests wait here, and meanwhile nothing more is read from the client. So a client that asks
/// much and reads nothing costs one answer and the bytes of one read.
final class OneAtATime: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private enum Held {
    case part(HTTPServerRequestPart)
    /// The client has closed its sending side.
    case inputClosed
  }

  /// A request was passed on and its answer has not been sent yet.
  private var isBusy = false
  private var held = CircularBuffer<Held>()
  /// A later handler asked to read while a request was waiting.
  private var wantsMore = false
  /// The last answer was given: further bytes are ignored.
  private var isOver = false

  func handlerRemoved(context: ChannelHandlerContext) { held.removeAll() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if !isOver, mustWait(part) { held.append(.part(part)) } else { hand(on: part, context) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if !held.isEmpty, let event = event as? ChannelEvent, event == .inputClosed {
      held.append(.inputClosed)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func read(context: ChannelHandlerContext) {
    if held.isEmpty { context.read() } else { wantsMore = true }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
    let left = promise ?? context.eventLoop.makePromise(of: Void.self)
    let me = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    left.futureResult.whenSuccess { me.value.handler.answered(me.value.context) }
    context.write(data, promise: left)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode != .input {
      isOver = true
      held.removeAll()
    }
    context.close(mode: mode, promise: promise)
  }

  private func mustWait(_ part: HTTPServerRequestPart) -> Bool {
    if !held.isEmpty { return true }
    if case .head = part { return isBusy }
    return false
  }

  private func hand(on part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    if case .head = part { isBusy = true }
    context.fireChannelRead(wrapInboundOut(part))
  }

  private func answered(_ context: ChannelHandlerContext) {
    isBusy = false
    guard !held.isEmpty else { return }
    loop: while let next = held.first {
      switch next {
      case .part(.head) where isBusy: break loop
      case .part(let part):
        held.removeFirst()
        hand(on: part, context)
      case .inputClosed:
        held.removeFirst()
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      }
    }
    context.fireChannelReadComplete()
    if held.isEmpty, wantsMore {
      wantsMore = false
      context.read()
    }
  }
}

@available(*, unavailable)
extension OneAtATime: Sendable {}

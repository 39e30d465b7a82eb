import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// HTTP/1.1 whose connections are watched over by a `ConnectionGuard` each.
struct GuardedHTTP1: ServerChildChannel {
  let http1: HTTP1Channel
  let connections: Connections
  let limits: ConnectionLimits

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    let (connections, limits) = (connections, limits)
    return http1.setup(channel: channel, logger: logger).flatMapThrowing { value in
      // Between the bytes and everything else: it sees requests as they were sent.
      let operations = channel.pipeline.syncOperations
      let decoder = try operations.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try operations.addHandler(
        ConnectionGuard(connections: connections, limits: limits), position: .after(decoder))
      return value
    }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await http1.handle(value: value, logger: logger)
  }
}

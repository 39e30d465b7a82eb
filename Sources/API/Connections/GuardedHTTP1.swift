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
      try Self.bound(channel)
      // Between the bytes and everything else: they see requests as they were sent.
      let operations = channel.pipeline.syncOperations
      let decoder = try operations.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try operations.addHandlers(
        [OneAtATime(), ConnectionGuard(connections: connections, limits: limits)],
        position: .after(decoder))
      return value
    }
  }

  /// What a client may make others keep for it: of what it sends ahead, one read; of what it does not
  /// read, what the kernel holds, and no more than an answer and a half.
  private static func bound(_ channel: any Channel) throws {
    let options = channel.syncOptions
    try options?.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 8192))
    try options?.setOption(.maxMessagesPerRead, value: 1)
    try options?.setOption(.socketOption(.so_sndbuf), value: 64 * 1024)
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await http1.handle(value: value, logger: logger)
  }
}

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// HTTP/1.1 in which each connection has a `ConnectionGuard`.
struct GuardedHTTP1: ServerChildChannel {
  let http1: HTTP1Channel
  let connections: Connections
  let limits: ConnectionLimits

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    let (connections, limits) = (connections, limits)
    return http1.setup(channel: channel, logger: logger).flatMapThrowing { value in
      try Self.bound(channel)
      // Directly behind the bytes, so that they see requests as they were sent.
      let operations = channel.pipeline.syncOperations
      let decoder = try operations.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try operations.addHandlers(
        [OneAtATime(), ConnectionGuard(connections: connections, limits: limits)],
        position: .after(decoder))
      return value
    }
  }

  /// Limits the memory for one client: of its pipelined requests, one read; of answers that it does not read,
  /// the kernel's buffer and at most one and a half answers.
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

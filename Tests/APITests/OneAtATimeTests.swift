import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import API  // uses `OneAtATime`, internal

/// Pipelined requests, tested without a network.
@Suite struct OneAtATimeTests {
  /// What left the pipeline, and how often the client was read.
  private final class Ends: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    var heard: [String] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): heard.append(head.uri)
      case .body: heard.append("body")
      case .end: heard.append("end")
      }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      heard.append("closed")
    }
  }

  /// Counts the reads.
  private final class Reads: ChannelOutboundHandler {
    typealias OutboundIn = HTTPServerResponsePart
    var count = 0

    func read(context: ChannelHandlerContext) {
      count += 1
      context.read()
    }
  }

  @Test func theNextRequestComesWhenTheAnswerHasLeft() throws {
    let (channel, reads, ends) = (EmbeddedChannel(), Reads(), Ends())
    try channel.pipeline.syncOperations.addHandlers([reads, OneAtATime(), ends])
    try ask("/a", of: channel, body: true)
    try ask("/b", of: channel)
    try ask("/c", of: channel)
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    #expect(ends.heard == ["/a", "body", "end"])
    // Nothing more is read while a request waits.
    let before = reads.count
    channel.read()
    #expect(reads.count == before)
    // An answer that is written but not yet flushed changes nothing.
    channel.write(HTTPServerResponsePart.head(.init(version: .http1_1, status: .ok)), promise: nil)
    channel.write(HTTPServerResponsePart.end(nil), promise: nil)
    #expect(ends.heard == ["/a", "body", "end"])
    channel.flush()
    #expect(ends.heard == ["/a", "body", "end", "/b", "end"])
    #expect(reads.count == before)
    try answer(channel)
    #expect(ends.heard == ["/a", "body", "end", "/b", "end", "/c", "end", "closed"])
    #expect(reads.count == before + 1)
    try answer(channel)
    channel.read()
    #expect(reads.count == before + 2)
    _ = try channel.finish(acceptAlreadyClosed: true)
  }

  @Test func nothingWaitsOnceTheLastAnswerIsGiven() throws {
    let (channel, reads, ends) = (EmbeddedChannel(), Reads(), Ends())
    try channel.pipeline.syncOperations.addHandlers([reads, OneAtATime(), ends])
    try ask("/a", of: channel)
    try ask("/b", of: channel)
    channel.close(mode: .output, promise: nil)
    let before = reads.count
    channel.read()
    #expect(reads.count == before + 1)
    #expect(ends.heard == ["/a", "end"])
    _ = try channel.finish(acceptAlreadyClosed: true)
  }

  private func ask(_ path: String, of channel: EmbeddedChannel, body: Bool = false) throws {
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
    try channel.writeInbound(HTTPServerRequestPart.head(head))
    if body { try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "x"))) }
    try channel.writeInbound(HTTPServerRequestPart.end(nil))
  }

  private func answer(_ channel: EmbeddedChannel) throws {
    let head = HTTPResponseHead(version: .http1_1, status: .ok)
    try channel.writeOutbound(HTTPServerResponsePart.head(head))
    try channel.writeOutbound(HTTPServerResponsePart.end(nil))
  }
}

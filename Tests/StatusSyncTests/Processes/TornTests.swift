import Foundation
import Leads
import NIOCore
import NIOPosix
import StandIns
import Synchronization
import Testing

import Upstreams

/// Fault test 7: bodies that end early, have a wrong length, are compressed, or never end. None counts as an
/// acknowledgement, and memory stays bounded.
@Suite struct TornTests {
  private static func change(_ lead: String) -> StatusChange {
    StatusChange(
      intentID: UUID(), leadID: lead, propertyID: nil, conversationID: nil, old: .new,
      new: .contacted, reason: "torn", notify: false, occurredAt: nil)
  }

  @Test func aBodyTornAtAnyByteIsNoAcknowledgement() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let client = ResManClient(
        fixture.settings.resman.upstream(deadline: 60), client: fixture.client, clock: .system())
      var lead = try #require(fixture.world.resman.first)
      lead.status = "new"
      for cut in 0..<(ProcessHarness.isWhole ? 1_000 : 60) {
        lead.id = "L-torn-\(cut)"
        fixture.standIns.resman.put(lead)
        fixture.standIns.faults.set([
          Fault(.torn, on: .resman, route: .status, bytes: cut % 120)
        ])
        let answer = await client.update(Self.change(lead.id), etag: nil, until: .seconds(3_600))
        if case .uncertain = answer { continue }
        Issue.record("torn after \(cut % 120) bytes: \(answer)")
      }
    }
  }

  enum Body: String, CaseIterable, Sendable {
    case shorterThanSaid, longerThanSaid, packed, endless, chunkedAndCut

    /// The bytes after the status line.
    var head: String {
      let json = "content-type: application/json\r\n"
      return switch self {
      case .shorterThanSaid: json + "content-length: 500\r\n\r\n" + Self.acknowledgement
      case .longerThanSaid: json + "content-length: 20\r\n\r\n" + Self.acknowledgement
      case .packed:
        json + "content-encoding: gzip\r\ncontent-length: 20\r\n\r\n" + "\u{1F}gzip-bomb-of-10-GB-"
      case .endless: json + "content-length: 1073741824\r\n\r\n"
      case .chunkedAndCut:
        json + "transfer-encoding: chunked\r\n\r\n62\r\n" + Self.acknowledgement
      }
    }

    static let acknowledgement =
      #"{"success":true,"new_status":"contacted","updated_at":"2026-01-01T00:00:00Z","notifications_sent":0}"#
  }

  @Test(arguments: Body.allCases)
  func anIncompleteAnswerIsUncertain(_ body: Body) async throws {
    let server = try await RawServer.start(body)
    let http = UpstreamHTTP.makeClient(concurrency: 2)
    let client = ResManClient(
      UpstreamSettings(url: "http://127.0.0.1:\(server.port)", token: "t", timeoutSeconds: 60),
      client: http, clock: .system())
    let answer = await client.update(Self.change("L-1"), etag: nil, until: .seconds(3_600))
    switch answer {
    case .uncertain, .unacknowledged: break
    default: Issue.record("\(body): \(answer)")
    }
    await http.shutdown()
    await server.stop()
    // Of a gigabyte no more was sent than the size limit and the socket buffers hold.
    #expect(server.sent < 64 << 20)
  }
}

/// A server that answers every connection with the same bytes.
final class RawServer: Sendable {
  let port: Int
  private let channel: any Channel
  private let count: Counter

  private init(_ channel: any Channel, count: Counter) {
    self.channel = channel
    self.count = count
    port = channel.localAddress?.port ?? 0
  }

  /// How many bytes of an endless body were received by the client.
  var sent: Int { count.bytes.withLock { $0 } }

  fileprivate final class Counter: Sendable {
    let bytes = Mutex(0)
  }

  static func start(_ body: TornTests.Body) async throws -> RawServer {
    let count = Counter()
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answer(body, count: count))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return RawServer(channel, count: count)
  }

  func stop() async { try? await channel.close() }

  private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let body: TornTests.Body
    private let count: Counter
    private var isAnswered = false

    init(_ body: TornTests.Body, count: Counter) {
      self.body = body
      self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !isAnswered else { return }
      isAnswered = true
      let head = ByteBuffer(string: "HTTP/1.1 200 OK\r\n" + body.head)
      let written = context.writeAndFlush(wrapOutboundOut(head))
      if body == .endless {
        more(context)
      } else {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        written.whenComplete { _ in bound.value.close(promise: nil) }
      }
    }

    /// Sends piece after piece, as long as the client reads, up to a gigabyte.
    private func more(_ context: ChannelHandlerContext) {
      let piece = ByteBuffer(repeating: 0x20, count: 1 << 20)
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.writeAndFlush(wrapOutboundOut(piece)).whenComplete { result in
        let (answer, context) = bound.value
        guard case .success = result, context.channel.isActive else { return }
        let all = answer.count.bytes.withLock {
          $0 += 1 << 20
          return $0
        }
        if all < 1 << 30 { answer.more(context) } else { context.close(promise: nil) }
      }
    }
  }
}

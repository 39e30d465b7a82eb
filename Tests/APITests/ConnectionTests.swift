import Foundation
import Leads
import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import API  // uses `Connections`, internal

/// Clients that send slowly, never read, or open many connections.
@Suite struct ConnectionTests {
  private static func making(timeout: Duration) -> APIFixture.Making {
    var making = APIFixture.Making()
    making.bodyPatience = timeout
    return making
  }

  /// An answer that is sent before the body was read is the last one of its connection. The connection is
  /// closed although the client continues to send, and long before its time limit.
  @Test(arguments: [
    ("PUT /api/resman/leads/L-1/status", "", 401), ("POST /nowhere", "", 404),
    ("DELETE /health", "", 405), ("GET /health", "", 200),
    (
      "PUT /api/resman/leads/L-1/status",
      "content-type: text/plain\r\nauthorization: Bearer KEY\r\n", 415
    ),
    (
      "POST /api/resman/status-workflows", "content-length: 99999\r\nauthorization: Bearer KEY\r\n",
      415
    ),
  ])
  func anAnswerWithoutTheBodyIsTheLast(
    _ line: String, _ headers: String, _ status: Int
  ) async throws {
    try await APIFixture.with(Self.making(timeout: .seconds(600))) { fixture in
      let wire = try await Wire.open(fixture)
      let headers = headers.replacing("KEY", with: fixture.chatbot)
      let length = headers.contains("content-length") ? "" : "content-length: 60000\r\n"
      try await wire.send("\(line) HTTP/1.1\r\nhost: x\r\n\(headers)\(length)\r\n{")
      let trickle = Task {
        while !Task.isCancelled, (try? await wire.send(" ")) != nil {
          try? await Task.sleep(for: .milliseconds(20))
        }
      }
      let heard = try await wire.untilClosed()
      trickle.cancel()
      #expect(heard.hasPrefix("HTTP/1.1 \(status) "), "\(heard)")
      #expect(heard.lowercased().contains("\r\nconnection: close\r\n"))
    }
  }

  /// One byte from time to time does not keep a connection open: not during the first head, a later head, or
  /// a body.
  @Test(arguments: ["", "GET /health HTTP/1.1\r\nhost: x\r\n\r\n", "BODY"])
  func aClientThatTricklesLosesItsConnection(_ before: String) async throws {
    try await APIFixture.with(Self.making(timeout: .milliseconds(300))) { fixture in
      let wire = try await Wire.open(fixture)
      let head =
        "PUT /api/resman/leads/L-1/status HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        + "authorization: Bearer \(fixture.chatbot)\r\ncontent-length: 60000\r\n\r\n{"
      // On a busy machine the time may be over before the first byte is sent.
      try? await wire.send(before == "BODY" ? head : before + "GET /hea")
      let trickle = Task {
        while !Task.isCancelled, (try? await wire.send("x")) != nil {
          try? await Task.sleep(for: .milliseconds(10))
        }
      }
      _ = try await wire.untilClosed()
      trickle.cancel()
      // So may the time of this one.
      var status = 0
      for _ in 0..<100 where status != 200 {
        status = (try? await fixture.call("GET", "/health", key: "").status) ?? 0
      }
      #expect(status == 200)
    }
  }

  @Test func aClientThatNeverReadsLosesItsConnection() async throws {
    try await APIFixture.with(Self.making(timeout: .milliseconds(300))) { fixture in
      let ask = "GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n"
      var wires: [Wire] = []
      for _ in 0..<20 {
        let wire = try await Wire.open(fixture, reads: false)
        wires.append(wire)
        // The server may close the connection before everything is sent.
        try? await wire.send(String(repeating: ask, count: 400))
      }
      // They are closed although none of them reads the end of the connection.
      while try await fixture.gauge("status_sync_http_strangers") > 5 {
        try await Task.sleep(for: .milliseconds(20))
      }
      for wire in wires { wire.close() }
    }
  }

  /// More connections without a key than there are places. One is closed for each new one and for each health
  /// check; a caller's connection is never closed.
  @Test func connectionsWithoutAKeyHaveAShareOfTheirOwn() async throws {
    var making = Self.making(timeout: .seconds(600))
    making.openFiles = 1024
    try await APIFixture.with(making) { fixture in
      let caller = try await Wire.open(fixture)
      let ask =
        "GET /api/resman/leads/L-1/status-history HTTP/1.1\r\nhost: x\r\n"
        + "authorization: Bearer \(fixture.chatbot)\r\n\r\n"
      try await caller.send(ask)
      try await caller.untilHeard("\"total_count\":1}", times: 1)
      // A kept connection may be the one idle longest: each probe has one of its own.
      func probe() async throws {
        for path in ["/health", "/ready"] {
          let wire = try await Wire.open(fixture)
          try await wire.send("GET \(path) HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
          #expect(try await wire.untilClosed().hasPrefix("HTTP/1.1 200 "))
        }
      }
      var wires: [Wire] = []
      for number in 0..<260 {
        let wire = try await Wire.open(fixture)
        wires.append(wire)
        try await wire.send(
          number % 2 == 0
            ? "PUT /api/resman/leads/L-1/status HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n"
            : "GET /hea")
        if number % 50 == 0 {
          try await probe()
        }
      }
      try await probe()
      #expect(try await fixture.gauge("status_sync_http_strangers") <= 192)
      // The oldest ones were closed first; the caller's connection is still open.
      _ = try await wires[0].untilClosed()
      try await caller.send(ask)
      try await caller.untilHeard("\"total_count\":1}", times: 2)
      for wire in wires { wire.close() }
      caller.close()
    }
  }

  /// A process that may open more files has more places for connections without a key.
  @Test(arguments: [
    (0, 384), (1024, 384), (1025, 385), (2048, 1408), (3072, 2432), (1_048_576, 2432),
  ])
  func placesGoByTheFilesThatMayBeOpen(_ files: Int, _ strangers: Int) {
    let places = Connections.Places.of(files: files)
    #expect(places.strangers == strangers)
    #expect(places.ofAnAddress == strangers / 2)
    #expect(places.strangers + places.callers < max(files, 1024))
  }

  /// Which connection is closed next, tested without a network.
  @Test func theConnectionIdleLongestIsClosedFirst() {
    let connections = Connections(
      places: .init(strangers: 4, ofAnAddress: 2, callers: 2, ofAKey: 2))
    let channels = (0..<8).map { _ in EmbeddedChannel() }
    let key = UUID()
    // Two connections of one address; the older one has a request in progress.
    connections.opened(channels[0], from: "a")
    connections.now(.worked, channels[0])
    connections.opened(channels[1], from: "a")
    connections.opened(channels[2], from: "a")
    #expect(Self.closed(channels) == [1])
    #expect(connections.counts == (2, 2))
    // A connection with a key counts as a caller's, against the callers' limit.
    connections.recognise(channels[0], as: .key(key))
    #expect(connections.counts == (2, 1))
    for (channel, address) in [(channels[3], "b"), (channels[4], "c"), (channels[5], "d")] {
      connections.opened(channel, from: address)
    }
    #expect(connections.counts == (5, 4))
    connections.opened(channels[6], from: "e")
    #expect(Self.closed(channels) == [1, 2])
    #expect(connections.counts == (5, 4))
    // A connection that starts a request is no longer the first to be closed.
    connections.now(.silent, channels[3])
    connections.opened(channels[7], from: "f")
    #expect(Self.closed(channels) == [1, 2, 4])
    connections.closed(channels[7])
    connections.closed(channels[6])
    #expect(connections.counts == (3, 2))
  }

  /// Connections with less to lose are closed first, whenever they were opened.
  @Test func connectionsWithTheLeastToLoseAreClosedFirst() {
    let order: [Connections.Activity] = [.leaving, .sending, .silent, .idle, .answered]
    let connections = Connections(
      places: .init(strangers: 9, ofAnAddress: order.count + 1, callers: 1, ofAKey: 1))
    let channels = (0..<order.count * 2 + 2).map { _ in EmbeddedChannel() }
    connections.opened(channels[0], from: "a")
    connections.now(.worked, channels[0])
    for (number, activity) in order.enumerated().reversed() {
      connections.opened(channels[number + 1], from: "a")
      connections.now(activity, channels[number + 1])
    }
    for number in order.indices {
      connections.opened(channels[order.count + 1 + number], from: "a")
      connections.now(.worked, channels[order.count + 1 + number])
      #expect(Self.closed(channels) == Array(1...(number + 1)))
    }
    // If all have a request in progress, the new connection itself is closed.
    connections.opened(channels[order.count * 2 + 1], from: "a")
    #expect(Self.closed(channels) == Array(1...order.count) + [order.count * 2 + 1])
  }

  private static func closed(_ channels: [EmbeddedChannel]) -> [Int] {
    channels.indices.filter { index in
      let isClosed = Atomic(false)
      channels[index].closeFuture.whenComplete { _ in isClosed.store(true, ordering: .relaxed) }
      channels[index].embeddedEventLoop.run()
      return isClosed.load(ordering: .relaxed)
    }
  }

  @Test func aRequestSaysOnceWhichHostItIsFor() async throws {
    try await APIFixture.with { fixture in
      let cases = [
        ("GET /health HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400, "more than one Host header"),
        ("GET /health HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n", 400, "more than one Host header"),
        ("GET /health HTTP/1.1\r\n\r\n", 400, "no Host header"),
        ("GET /health HTTP/1.0\r\n\r\n", 200, "ok"),
      ]
      for (request, status, says) in cases {
        let wire = try await Wire.open(fixture)
        try await wire.send(request)
        let heard = try await wire.untilClosed()
        #expect(heard.contains(" \(status) ") && heard.contains(says), "\(heard)")
      }
      // Requests are answered in the order in which they were sent.
      let wire = try await Wire.open(fixture)
      try await wire.send(
        "GET /ready HTTP/1.1\r\nhost: a\r\n\r\nGET /health HTTP/1.1\r\n\r\n"
          + "GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
      let heard = try await wire.untilClosed()
      let statuses = heard.split(separator: "\r\n").filter { $0.contains("HTTP/1.1 ") }
      #expect(statuses.count == 2, "\(heard)")
      #expect(statuses.first == "HTTP/1.1 200 OK" && heard.contains("HTTP/1.1 400 Bad Request"))
    }
  }
}

/// A raw connection: sends bytes and collects the bytes received.
final class Wire: Sendable {
  private let channel: any Channel
  private let ear: Ear

  private init(_ channel: any Channel, _ ear: Ear) { (self.channel, self.ear) = (channel, ear) }

  /// - Parameter reads: false: received bytes are never read.
  static func open(_ fixture: APIFixture, reads: Bool = true) async throws -> Wire {
    let port = try #require(URL(string: fixture.url)?.port)
    let ear = Ear()
    // Complete before it connects: the other side may close at once.
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.autoRead, value: reads)
      .channelInitializer { $0.pipeline.addHandler(ear) }
      .connect(host: "127.0.0.1", port: port).get()
    return Wire(channel, ear)
  }

  func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text)).get()
  }

  /// All bytes until the other side closes.
  func untilClosed() async throws -> String {
    try await channel.closeFuture.get()
    return ear.heard.withLock { $0 }
  }

  func untilHeard(_ text: String, times: Int) async throws {
    while ear.heard.withLock({ $0.ranges(of: text).count }) < times {
      try #require(channel.isActive)
      await Task.yield()
    }
  }

  func close() { channel.close(promise: nil) }

  private final class Ear: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let heard = Mutex("")

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let text = String(buffer: unwrapInboundIn(data))
      heard.withLock { $0 += text }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}

extension APIFixture {
  /// One value of `/metrics`.
  fileprivate func gauge(_ name: String) async throws -> Int {
    let text = try await call("GET", "/metrics", key: "").text
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return try #require(line?.split(separator: " ").last.flatMap { Int($0) })
  }
}

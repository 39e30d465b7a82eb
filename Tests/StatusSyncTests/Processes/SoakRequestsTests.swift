import Foundation
import HTTP
import Leads
import StandIns
import Synchronization
import Testing

import Demo

/// Requests to `serve` at full speed: memory, descriptors and connections stay what they were. `make soak` asks for
/// 1,000,000; the ordinary suite for a thousand.
@Suite struct SoakRequestsTests {
  private static let requests =
    ProcessInfo.processInfo.environment["SOAK_REQUESTS"].flatMap(Int.init) ?? 1_000
  private static let callers = 32
  private static let samples = 10
  /// `api.pool_size` and what serves besides: keys, readiness, deliveries, watching.
  private static let mostSessions = 8 + 6

  struct Sample: Sendable {
    var requests: Int
    var residentKiB: Int
    var descriptors: Int
    var sessions: Int
  }

  @Test func aServerStaysAsItWas() async throws {
    try await ProcessHarness.with(leads: 400) { rig in
      try await rig.serving { served in
        let server = served.program
        let traffic = Traffic(rig: rig, served: served)
        var samples: [Sample] = []
        for part in 0..<Self.samples {
          let share = Self.requests / Self.samples
          await traffic.send(part * share..<(part + 1) * share, callers: Self.callers)
          rig.standIns.ledger.clear()
          let sessions = try await rig.number(
            """
            select count(*) as value from pg_stat_activity
            where datname = current_database() and application_name like 'status-sync serve%'
            """)
          samples.append(
            Sample(
              requests: (part + 1) * share, residentKiB: ProcessStatus.residentKiB("\(server.id)"),
              descriptors: ProcessStatus.descriptors("\(server.id)"), sessions: sessions))
        }
        await traffic.end()
        server.signal(SIGTERM)
        let ended = await server.ended()
        #expect(ended.status == 143, "\(ended.status)")
        let answers = traffic.answers.withLock { $0 }
        print("requests  resident KiB  descriptors  sessions")
        for sample in samples {
          print(
            sample.requests, sample.residentKiB, sample.descriptors, sample.sessions,
            separator: "  ")
        }
        print("answers by status: \(answers.sorted { $0.key < $1.key }.map { "\($0): \($1)" })")
        try Self.check(samples, answers)
      }
    }
  }

  private static func check(_ samples: [Sample], _ answers: [Int: Int]) throws {
    #expect(answers.values.reduce(0, +) == requests / Self.samples * Self.samples)
    #expect(answers.keys.allSatisfy { (200..<500).contains($0) }, "\(answers)")
    #expect((answers[200] ?? 0) > requests / 2)
    let last = try #require(samples.last)
    #expect(samples.allSatisfy { $0.sessions <= mostSessions })
    // Fewer say nothing: a server still warms up.
    guard requests >= 20_000 else { return }
    let early = samples[samples.count / 3]
    #expect(
      last.residentKiB <= early.residentKiB + early.residentKiB / 10 + 16 * 1024, "memory grows")
    #expect(last.descriptors <= early.descriptors + 8, "descriptors leak")
  }
}

/// What callers ask for: histories above all, changes, webhooks, figures, the metrics page.
private final class Traffic: Sendable {
  private let rig: ProcessHarness
  private let served: ServedProgram
  private let client = WebClient(connectionsPerHost: 64)
  /// By status; 0: no answer.
  let answers = Mutex<[Int: Int]>([:])

  init(rig: ProcessHarness, served: ServedProgram) {
    self.rig = rig
    self.served = served
  }

  func send(_ numbers: Range<Int>, callers: Int) async {
    let next = Counter(from: numbers.lowerBound)
    await withTaskGroup(of: [Int: Int].self) { group in
      for _ in 0..<callers {
        group.addTask {
          var own: [Int: Int] = [:]
          while true {
            let number = next.take()
            guard number < numbers.upperBound else { return own }
            let answer = try? await self.client.execute(self.request(number))
            own[answer?.status ?? 0, default: 0] += 1
          }
        }
      }
      for await own in group {
        answers.withLock { $0.merge(own) { $0 + $1 } }
      }
    }
  }

  func end() async { await client.shutdown() }

  private func request(_ number: Int) -> WebRequest {
    let leads = rig.world.resman
    let lead = leads[number / 20 % leads.count]
    let property = lead.propertyID.uuidString.lowercased()
    let statuses = Status.allCases.map(\.rawValue)
    let status = statuses[number / 20 / leads.count % statuses.count]
    switch number % 20 {
    case 0: return served.put(lead.id, status)
    case 1: return served.webhook(lead.id, from: "new", to: status, id: "soak-\(number)")
    case 2: return WebRequest(url: "\(served.url)/metrics")
    case 3:
      return WebRequest(
        url: "\(served.url)/api/resman/notifications/\(property)?recipient=leasing_agent",
        headers: [served.authorization])
    default:
      return WebRequest(
        url: "\(served.url)/api/resman/leads/\(lead.id)/status-history",
        headers: [served.authorization])
    }
  }
}

/// Gives each number once.
private final class Counter: Sendable {
  private let value: Atomic<Int>

  init(from first: Int) { value = Atomic(first) }

  func take() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}

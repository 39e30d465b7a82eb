import Foundation
import Synchronization

/// Turns at work of which only so much is done at once. Those who wait are served key by key in a
/// round: however many requests one key has waiting, the next of another key is not behind them all. And
/// a quarter of the turns is never of one key, so that one whose work takes long does not have them all.
final class FairQueue: Sendable {
  fileprivate struct Waiter {
    var ticket: Int
    var turn: CheckedContinuation<Void, any Error>
  }

  fileprivate struct State {
    var running: [UUID: Int] = [:]
    var nextTicket = 0
    /// Keys with somebody waiting, the next to be served first.
    var round: [UUID] = []
    var waiting: [UUID: [Waiter]] = [:]
  }

  private let limit: Int
  /// Of them of one key.
  private let each: Int
  private let state = Mutex(State())

  /// - Parameter limit: turns at once.
  init(limit: Int) {
    self.limit = max(1, limit)
    each = self.limit - self.limit / 4
  }

  /// True where every turn is taken.
  var isBusy: Bool { state.withLock { $0.taken >= limit } }

  /// How many wait.
  var waiting: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

  /// Waits for the key's turn, works, and passes the turn on.
  /// - Throws: what the work throws; `CancellationError` where the task is cancelled while it waits.
  func turn<T: Sendable>(of key: UUID, _ work: () async throws -> T) async throws -> T {
    try await enter(key)
    defer { leave(key) }
    return try await work()
  }

  private func enter(_ key: UUID) async throws {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { turn in
        let answer: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.taken < limit, state.running[key, default: 0] < each {
            state.running[key, default: 0] += 1
            return .success(())
          }
          if state.waiting[key] == nil { state.round.append(key) }
          state.waiting[key, default: []].append(Waiter(ticket: ticket, turn: turn))
          return nil
        }
        if let answer { turn.resume(with: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.remove(ticket, of: key) }
      waiter?.turn.resume(throwing: CancellationError())
    }
  }

  private func leave(_ key: UUID) {
    let next = state.withLock { state -> Waiter? in
      let left = state.running[key, default: 1] - 1
      state.running[key] = left > 0 ? left : nil
      guard let next = state.round.first(where: { state.running[$0, default: 0] < each }),
        let ticket = state.waiting[next]?.first?.ticket
      else { return nil }
      state.running[next, default: 0] += 1
      // The key goes to the end of the round, if it still waits.
      state.round.removeAll { $0 == next }
      state.round.append(next)
      return state.remove(ticket, of: next)
    }
    next?.turn.resume()
  }
}

extension FairQueue.State {
  /// Turns that are taken.
  fileprivate var taken: Int { running.values.reduce(0, +) }

  /// Takes somebody out of the line.
  fileprivate mutating func remove(_ ticket: Int, of key: UUID) -> FairQueue.Waiter? {
    guard let place = waiting[key]?.firstIndex(where: { $0.ticket == ticket }) else { return nil }
    let waiter = waiting[key]?.remove(at: place)
    if waiting[key]?.isEmpty == true {
      waiting[key] = nil
      round.removeAll { $0 == key }
    }
    return waiter
  }
}

import Foundation
import Synchronization

/// Turns at work of which only so much is done at once. Those who wait are served key by key in a
/// round: however many requests one key has waiting, the next of another key is not behind them all.
final class FairQueue: Sendable {
  fileprivate struct Waiter {
    var ticket: Int
    var turn: CheckedContinuation<Void, any Error>
  }

  fileprivate struct State {
    var running = 0
    var nextTicket = 0
    /// Keys with somebody waiting, the next to be served first.
    var round: [UUID] = []
    var waiting: [UUID: [Waiter]] = [:]
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: turns at once.
  init(limit: Int) { self.limit = max(1, limit) }

  /// True where every turn is taken.
  var isBusy: Bool { state.withLock { $0.running >= limit } }

  /// How many wait.
  var waiting: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

  /// Waits for the key's turn, works, and passes the turn on.
  /// - Throws: what the work throws; `CancellationError` where the task is cancelled while it waits.
  func turn<T: Sendable>(of key: UUID, _ work: () async throws -> T) async throws -> T {
    try await enter(key)
    defer { leave() }
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
          if state.running < limit {
            state.running += 1
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

  private func leave() {
    let next = state.withLock { state -> Waiter? in
      guard let key = state.round.first, let ticket = state.waiting[key]?.first?.ticket else {
        state.running -= 1
        return nil
      }
      // The key goes to the end of the round, if it still waits.
      state.round.removeFirst()
      state.round.append(key)
      return state.remove(ticket, of: key)
    }
    next?.turn.resume()
  }
}

extension FairQueue.State {
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

import Foundation
import Synchronization

/// Limits how much work runs at once, fairly among keys: waiting requests are served round-robin by key, and
/// one key gets at most three quarters of the turns, so that neither many nor slow requests of one key block
/// the others. Of fewer than four turns one key may have all, and the next one is another key's.
package final class FairQueue: Sendable {
  fileprivate struct Waiter {
    var ticket: Int
    var turn: CheckedContinuation<Void, any Error>
  }

  fileprivate struct State {
    var running: [UUID: Int] = [:]
    var nextTicket = 0
    /// Keys with waiting requests, in the order of service.
    var round: [UUID] = []
    var waiting: [UUID: [Waiter]] = [:]
  }

  private let limit: Int
  /// Of them of one key.
  private let each: Int
  private let state = Mutex(State())

  /// - Parameter limit: turns at once.
  package init(limit: Int) {
    self.limit = max(1, limit)
    each = self.limit - self.limit / 4
  }

  /// True where every turn is taken.
  package var isBusy: Bool { state.withLock { $0.taken >= limit } }

  /// How many wait.
  package var waiting: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

  /// Waits for the key's turn, runs the work, and passes the turn on.
  /// - Throws: what the work throws; `CancellationError` where the task is cancelled while it waits.
  package func turn<T: Sendable>(of key: UUID, _ work: () async throws -> T) async throws -> T {
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
      // A key with more waiting requests goes to the end of the round.
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

  /// Removes a waiting request.
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

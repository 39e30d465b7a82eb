import Synchronization

/// A limited number of connections; each is lent to one user at a time, in the order of the requests.
///
/// A returned connection is rolled back, but keeps the session's other state (advisory locks, settings,
/// temporary tables): code that needs such state opens a connection of its own.
package final class PostgresPool: Sendable {
  private let configuration: PostgresConfiguration
  private let size: Int
  private let state = Mutex(State())

  private struct State {
    var idle: [PostgresConnection] = []
    /// Connections that exist or are being opened.
    var open = 0
    var waiting: [(ticket: Int, turn: CheckedContinuation<Turn, any Error>)] = []
    var nextTicket = 0
    var isClosed = false
  }

  /// What a waiter gets: a connection to use, or the right to open one.
  private enum Turn: Sendable { case use(PostgresConnection), open }

  /// Nothing is opened before it is needed.
  /// - Parameter size: The maximum number of connections, at least 1.
  package init(_ configuration: PostgresConfiguration, size: Int) {
    self.configuration = configuration
    self.size = max(1, size)
  }

  /// Lends a connection while `body` runs. Opens one if fewer than `size` are open; otherwise waits in order.
  /// A waiter whose task is cancelled gets `CancellationError`.
  package func withConnection<T: Sendable>(
    _ body: @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    let connection = try await acquire()
    do {
      let value = try await body(connection)
      await release(connection)
      return value
    } catch {
      await release(connection)
      throw error
    }
  }

  /// Closes the idle connections now and the others when they are returned; waiting and later callers get
  /// `closed`.
  package func close() async {
    let (idle, waiting) = state.withLock { state in
      state.isClosed = true
      defer {
        state.open -= state.idle.count
        state.idle = []
        state.waiting = []
      }
      return (state.idle, state.waiting)
    }
    for waiter in waiting { waiter.turn.resume(throwing: Self.closedError) }
    for connection in idle { await connection.close() }
  }

  private static let closedError = PostgresError(.closed, detail: "the pool is closed")

  // MARK: - Lending

  private func acquire() async throws -> PostgresConnection {
    while true {
      switch try await turn() {
      case .open: return try await open()
      case .use(let connection):
        // The session may have ended while it was idle.
        if await connection.checkAlive() { return connection }
        await connection.close()
        return try await open()
      }
    }
  }

  /// Opens a connection in a place that is already counted; frees the place if that fails.
  private func open() async throws -> PostgresConnection {
    do { return try await PostgresConnection(configuration) } catch {
      vacate()
      throw error
    }
  }

  private func turn() async throws -> Turn {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer: Result<Turn, any Error>? = state.withLock { state in
          if state.isClosed { return .failure(Self.closedError) }
          if Task.isCancelled { return .failure(CancellationError()) }
          if let connection = state.idle.popLast() { return .success(.use(connection)) }
          if state.open < size {
            state.open += 1
            return .success(.open)
          }
          state.waiting.append((ticket, continuation))
          return nil
        }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0) }
      }
      waiter?.turn.resume(throwing: CancellationError())
    }
  }

  private func release(_ connection: PostgresConnection) async {
    guard await connection.settle() else {
      await connection.close()
      return vacate()
    }
    let next: (heir: CheckedContinuation<Turn, any Error>?, isClosed: Bool) = state.withLock {
      if $0.isClosed {
        $0.open -= 1
        return (nil, true)
      }
      if !$0.waiting.isEmpty { return ($0.waiting.removeFirst().turn, false) }
      $0.idle.append(connection)
      return (nil, false)
    }
    if next.isClosed { return await connection.close() }
    next.heir?.resume(returning: .use(connection))
  }

  /// A place became free without a connection: the first waiter may open one.
  private func vacate() {
    let heir = state.withLock { state -> CheckedContinuation<Turn, any Error>? in
      if state.waiting.isEmpty {
        state.open -= 1
        return nil
      }
      return state.waiting.removeFirst().turn
    }
    heir?.resume(returning: .open)
  }
}

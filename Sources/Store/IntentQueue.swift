import Postgres

/// Commits intents that are begun at the same time in one transaction. Each waits for its COMMIT, so none is sent before
/// its row is committed; a COMMIT without an answer is uncertain for all of them.
actor IntentQueue {
  private struct Waiting {
    var statements: [SQL]
    var continuation: CheckedContinuation<Result<[[Row]], PostgresError>, Never>
  }

  private let connection: PostgresConnection
  private var waiting: [Waiting] = []
  private var isCommitting = false

  init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Intents that wait for the next transaction.
  var count: Int { waiting.count }

  /// Commits these statements, all or none, possibly in one transaction with others.
  /// - Returns: the rows of each.
  @discardableResult
  func commit(_ statements: [SQL]) async throws(PostgresError) -> [[Row]] {
    let result = await withCheckedContinuation { continuation in
      waiting.append(Waiting(statements: statements, continuation: continuation))
      guard !isCommitting else { return }
      isCommitting = true
      Task { await drain() }
    }
    return try result.get()
  }

  private func drain() async {
    while !waiting.isEmpty {
      let batch = waiting
      waiting = []
      await commit(batch)
    }
    isCommitting = false
  }

  private func commit(_ batch: [Waiting]) async {
    let together = await attempt(batch.flatMap(\.statements))
    if case .failure(let error) = together, batch.count > 1, !error.isConnectionFailure {
      // One of them was refused and the whole batch was rolled back: commits each by itself.
      for one in batch { one.continuation.resume(returning: await attempt(one.statements)) }
      return
    }
    var first = 0
    for one in batch {
      let own = first..<first + one.statements.count
      first = own.upperBound
      one.continuation.resume(returning: together.map { Array($0[own]) })
    }
  }

  private func attempt(_ statements: [SQL]) async -> Result<[[Row]], PostgresError> {
    do throws(PostgresError) {
      return .success(try await connection.pipelineRows(statements))
    } catch {
      return .failure(error)
    }
  }
}

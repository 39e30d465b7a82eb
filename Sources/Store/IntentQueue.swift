import Postgres

/// Commits intents that are begun at the same time in one transaction. Each waits for its COMMIT, so none is sent before
/// its row is committed; a COMMIT without an answer is uncertain for all of them.
actor IntentQueue {
  private struct Waiting {
    var statements: [SQL]
    var continuation: CheckedContinuation<Result<Void, PostgresError>, Never>
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
  func commit(_ statements: [SQL]) async throws(PostgresError) {
    let result = await withCheckedContinuation { continuation in
      waiting.append(Waiting(statements: statements, continuation: continuation))
      guard !isCommitting else { return }
      isCommitting = true
      Task { await drain() }
    }
    try result.get()
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
    for one in batch { one.continuation.resume(returning: together) }
  }

  private func attempt(_ statements: [SQL]) async -> Result<Void, PostgresError> {
    do throws(PostgresError) {
      _ = try await connection.pipeline(statements)
      return .success(())
    } catch {
      return .failure(error)
    }
  }
}

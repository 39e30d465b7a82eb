import Postgres

/// Commits intents that are begun side by side in one transaction: each waits for the COMMIT that
/// holds it, so none is sent before its row is certain, and a COMMIT without an answer is uncertain for
/// all of them alike.
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

  /// Commits these statements, all or none, perhaps together with those of others.
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
      // One of them is refused, and nothing of the batch has happened: each by itself.
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

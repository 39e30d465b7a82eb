import Store

extension Task where Failure == any Error {
  /// The task's value; null after the timeout, and the task continues.
  package func value(within timeout: Duration, clock: RunClock) async throws -> Success? {
    let (results, result) = AsyncStream.makeStream(of: Result<Success, any Error>?.self)
    Task<Void, Never> { result.yield(await self.result) }
    let timer = Task<Void, Never> {
      if (try? await clock.sleep(timeout)) != nil { result.yield(nil) }
    }
    defer { timer.cancel() }
    for await outcome in results { return try outcome?.get() }
    return nil
  }
}

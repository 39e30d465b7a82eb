extension Task where Failure == any Error {
  /// Its value; null where the time passes first, and the task goes on.
  public func value(within timeout: Duration, clock: RunClock) async throws -> Success? {
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

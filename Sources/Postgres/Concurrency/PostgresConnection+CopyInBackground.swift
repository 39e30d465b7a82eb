extension PostgresConnection {
  /// Reads the rows of a query, as `copyOutRows` does; another thread processes them, so that neither the
  /// server nor the processing waits for the other.
  /// - Returns: the result of the processing.
  package func copyOutRows<Taker: Sendable>(
    _ query: [UInt8], columns: [String], to taker: Taker,
    _ take: @escaping @Sendable (inout Taker, inout BinaryCopyFields) throws -> Void
  ) throws -> Taker {
    let batches = BoundedChannel<[UInt8]>()
    let taken = BackgroundValue { Result { try Self.take(batches, taker, take) } }
    do {
      var batch: [UInt8] = []
      try copyOut(rowsOf: query, columns: columns) { chunk in
        batch.append(contentsOf: chunk)
        guard batch.count > 200_000 else { return }
        try batches.send(batch)
        batch = []
        batch.reserveCapacity(210_000)
      }
      try batches.send(batch)
      batches.finish()
    } catch {
      // The reason may be that the other thread has failed: then its error is thrown.
      batches.finish(throwing: error)
    }
    return try taken.value().get()
  }

  /// Each batch is a whole number of rows.
  private static func take<Taker>(
    _ batches: BoundedChannel<[UInt8]>, _ taker: Taker,
    _ take: (inout Taker, inout BinaryCopyFields) throws -> Void
  ) throws -> Taker {
    var taker = taker
    var reader = BinaryCopyReader()
    do {
      while let batch = try batches.receive() {
        try batch.withUnsafeBytes { try reader.read($0) { row in try take(&taker, &row) } }
      }
    } catch {
      batches.abandon()
      throw error
    }
    return taker
  }
}

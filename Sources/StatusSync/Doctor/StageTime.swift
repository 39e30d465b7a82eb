/// How long one stage of the last night took, and how long it usually does.
package struct StageTime: Codable, Sendable, Equatable {
  package var stage: String
  package var seconds: Double
  /// The median of the nights before; null where there is none.
  package var usual_seconds: Double?

  /// True where it took over twice its usual time, and over ten seconds more.
  package var isLong: Bool {
    usual_seconds.map { seconds > 2 * $0 && seconds > $0 + 10 } ?? false
  }

  /// Of the latest night with figures, longest first.
  package static func all(_ nights: [SyncStatus.RunLine]) -> [StageTime] {
    let timed = nights.compactMap(\.stages)
    guard let last = timed.first else { return [] }
    return last.map { stage, figures in
      let before = timed.dropFirst().compactMap { $0[stage]?.seconds }.sorted()
      let middle = before.count / 2
      let usual =
        before.isEmpty
        ? nil : before.count % 2 == 1 ? before[middle] : (before[middle - 1] + before[middle]) / 2
      return StageTime(stage: stage, seconds: figures.seconds, usual_seconds: usual)
    }.sorted { ($0.seconds, $1.stage) > ($1.seconds, $0.stage) }
  }
}

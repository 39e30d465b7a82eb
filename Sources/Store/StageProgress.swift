import Foundation

/// How far a long phase is.
package enum StageProgress: Sendable {
  /// The run is written down, under this id.
  case run(UUID)
  case began(stage: String, expected: Int?)
  case advanced(stage: String, by: Int)
  case ended(stage: String, seconds: Double)
}

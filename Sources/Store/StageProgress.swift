/// How far a long phase is.
package enum StageProgress: Sendable {
  case began(stage: String, expected: Int?)
  case advanced(stage: String, by: Int)
  case ended(stage: String, seconds: Double)
}

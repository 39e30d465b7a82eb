/// How long things may take, so that a caller is answered within the ten seconds promised.
public struct AnswerTimeouts: Sendable {
  /// A caller is answered within this time.
  public var timeout = Duration.seconds(9)
  /// After this much of a request nothing new is begun for it.
  public var budget = Duration.seconds(8)
  /// Seconds of one call to ResMan.
  public var resmanSeconds = 7.0
  /// Seconds of one call to DomIQ.
  public var domiqSeconds = 3.0

  public init() {}
}

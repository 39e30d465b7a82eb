/// How long things may take, so that a caller is answered within the ten seconds promised.
package struct AnswerTimeouts: Sendable {
  /// A caller is answered within this time.
  package var timeout = Duration.seconds(9)
  /// After this much of a request nothing new is begun for it.
  package var budget = Duration.seconds(8)
  /// Seconds of one call to ResMan.
  package var resmanSeconds = 7.0
  /// Seconds of one call to DomIQ.
  package var domiqSeconds = 3.0

  package init() {}
}

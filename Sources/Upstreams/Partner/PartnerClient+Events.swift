import Foundation
import Leads
import XML

/// v1: the events of prospects, in windows of the time at which they were modified.
extension PartnerClient {
  /// One window, in microseconds.
  private static let window: Int64 = 30 * 86_400 * 1_000_000
  /// A window that is as short as this and still too wide is given up.
  private static let shortest: Int64 = 60 * 1_000_000

  /// The cards of a period.
  struct Cards: Sendable {
    var byID: [String: MITSAnswer.Prospect] = [:]
    /// Cards without a ProspectID: nobody knows whose they are.
    var nameless = 0
  }

  /// The cards that were modified in a period, by prospect, oldest window first: a later window knows more. Any window
  /// that fails makes the whole answer fail, so that no watermark moves past it.
  func cards(
    at property: UUID, from: Instant, to: Instant
  ) async throws(CallFailure) -> Cards {
    var cards = Cards()
    var start = from
    while start < to {
      let end = min(Instant(microseconds: start.microseconds + Self.window), to)
      try await add(at: property, from: start, to: end, into: &cards)
      start = end
    }
    return cards
  }

  /// One window, in halves where it is too wide.
  private func add(
    at property: UUID, from: Instant, to: Instant, into cards: inout Cards
  ) async throws(CallFailure) {
    let answer = try await search(
      at: property,
      [("ModifiedStartDateTime", from.iso8601), ("ModifiedEndDateTime", to.iso8601)])
    if let answer {
      for prospect in answer.document.prospects {
        if let id = prospect.id {
          cards.byID[id] = prospect
        } else {
          cards.nameless += 1
        }
      }
      return
    }
    let width = to.microseconds - from.microseconds
    guard width > Self.shortest else {
      throw CallFailure(.tooLarge, "v1 cannot answer a window of \(width / 1_000_000) s")
    }
    let middle = Instant(microseconds: from.microseconds + width / 2)
    try await add(at: property, from: from, to: middle, into: &cards)
    try await add(at: property, from: middle, to: to, into: &cards)
  }

  /// One card, and the time that its age is counted from, by the clock.
  struct ReadCard: Sendable {
    var prospect: MITSAnswer.Prospect
    var readAt: Duration
  }

  /// One prospect's card; nil where v1 does not have it.
  /// - Parameter waits: for the vendor's gateway, where it is out.
  func card(
    _ id: String, at property: UUID, waits: Bool = true
  ) async throws(CallFailure) -> ReadCard? {
    guard let answer = try await search(at: property, [("ProspectID", id)], waits: waits),
      let prospect = answer.document.prospects.first(where: { $0.id == id })
    else { return nil }
    return ReadCard(prospect: prospect, readAt: answer.readAt)
  }

  /// A call of v1.
  func form(_ path: String, at property: UUID?, _ fields: [(String, String)] = []) -> OutgoingCall {
    var call = OutgoingCall(
      method: .post, path: path, body: account.form(property: property, fields),
      maximumBytes: 256 << 20, endsWithRun: true)
    call.accept = "application/xml"
    call.contentType = "application/x-www-form-urlencoded"
    return call
  }

  /// - Returns: the document and the time that its age is counted from; nil where it would be too large.
  private func search(
    at property: UUID, _ fields: [(String, String)], waits: Bool = true
  ) async throws(CallFailure) -> (document: MITSAnswer, readAt: Duration)? {
    let call = form("/MITS/SearchProspects", at: property, fields)
    let answer = try await outlasting(call, events, waits: waits)
    if Self.isTooWide(answer) { return nil }
    guard answer.status == 200 else {
      throw CallFailure(.status(answer.status), "HTTP \(answer.status)")
    }
    let document: MITSAnswer
    do { document = try MITSAnswer(answer.body) } catch {
      throw CallFailure(.malformed, "v1's answer cannot be read: \(error)")
    }
    guard document.status == "Success" else {
      // Its description is the vendor's text and may repeat what was sent.
      throw CallFailure(.status(200), "v1 reports a failure inside HTTP 200")
    }
    return (document, answer.readAt)
  }
}

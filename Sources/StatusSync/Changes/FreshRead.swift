import Foundation
import Leads

/// Both sides of one lead, read just before a write.
struct FreshRead: Sendable {
  var domiq: LeadSnapshot
  var resman: LeadSnapshot

  /// Why a fresh read gives no ground to write on.
  enum Refusal: Error, Sendable, Equatable {
    /// Single reads are not offered: nothing may be claimed of the lead.
    case unread
    case stale(String)
    case deferred(String)
    case failed(String)
  }

  /// Reads both sides and holds them against what the plan saw.
  static func take(
    _ lead: PlannedLead, resman: any ResManAPI, domiq: any DomIQAPI
  ) async -> Result<FreshRead, Refusal> {
    guard let conversationID = lead.conversationID else {
      return .failure(.failed("DomIQ's conversation is not known"))
    }
    async let resmanAnswer = resman.lead(lead.resmanLeadID)
    async let domiqAnswer = domiq.lead(conversation: conversationID)
    let answers = await (resmanAnswer, domiqAnswer)
    do throws(Refusal) {
      let r = try found(answers.0, in: "ResMan", expecting: lead.resmanRaw)
      let d = try found(answers.1, in: "DomIQ", expecting: lead.domiqRaw)
      return .success(FreshRead(domiq: d, resman: r))
    } catch {
      return .failure(error)
    }
  }

  private static func found(
    _ answer: ReadAnswer, in system: String, expecting raw: String?
  ) throws(Refusal) -> LeadSnapshot {
    switch answer {
    case .found(let snapshot):
      guard let raw, StatusMapping.normalise(snapshot.raw) == StatusMapping.normalise(raw) else {
        throw .stale("\(system) says \(snapshot.raw) now, the plan saw \(raw ?? "nothing")")
      }
      return snapshot
    case .missing: throw .stale("\(system) does not have it any more")
    case .notOffered: throw .unread
    case .failed(let failure):
      if failure.isTryLater { throw .deferred("\(system) says try later") }
      throw .failed("\(system) could not be read again: \(failure.label)")
    }
  }
}

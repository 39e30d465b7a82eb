import Foundation
import Leads
import Store
import Upstreams

/// Both sides of one lead, read just before a write.
struct FreshRead: Sendable {
  var domiq: LeadSnapshot
  var resman: LeadSnapshot
  /// The time their age is counted from, by the run's clock.
  var readAt: Duration

  /// Why no write may follow a fresh read.
  enum Refusal: Error, Sendable, Equatable {
    /// Single reads are not offered.
    case unread
    case unauthorized
    case stale(String)
    case deferred(String)
    case failed(String)

    /// For the log, where the pending row was written already.
    var cause: FailureCause {
      switch self {
      case .unread, .failed: .unread
      case .unauthorized: .unauthorized
      case .stale: .stale
      case .deferred: .deferred
      }
    }

    var result: SendResult {
      switch self {
      case .unread: .unread
      case .unauthorized: .unauthorized
      case .stale(let why): .ended(.stale, why)
      case .deferred(let why): .ended(.deferred, why)
      case .failed(let why): .ended(.failed, why)
      }
    }
  }

  /// Reads both sides and compares them with the plan.
  static func take(
    _ lead: PlannedLead, resman: any ResManAPI, domiq: any DomIQAPI, clock: RunClock
  ) async -> Result<FreshRead, Refusal> {
    guard let conversationID = lead.conversationID else {
      return .failure(.failed("DomIQ's conversation is not known"))
    }
    let began = clock.elapsed()
    async let resmanAnswer = resman.read(lead.resmanLeadID, at: lead.propertyID)
    async let domiqAnswer = domiq.read(conversationID, of: lead.resmanLeadID)
    let answers = await (resmanAnswer, domiqAnswer)
    do throws(Refusal) {
      let r = try found(answers.0, in: "ResMan", expecting: lead.resmanRaw, of: lead)
      let d = try found(answers.1, in: "DomIQ", expecting: lead.domiqRaw, of: lead)
      return .success(
        FreshRead(
          domiq: d, resman: r, readAt: max(d.readAt ?? began, r.readAt ?? began)))
    } catch {
      return .failure(error)
    }
  }

  private static func found(
    _ answer: ReadAnswer, in system: String, expecting raw: String?, of lead: PlannedLead
  ) throws(Refusal) -> LeadSnapshot {
    switch answer {
    case .found(let snapshot):
      guard let raw, StatusMapping.normalise(snapshot.raw) == StatusMapping.normalise(raw) else {
        throw .stale("\(system) says \(snapshot.raw) now, the plan saw \(raw ?? "nothing")")
      }
      if let property = lead.propertyID, let now = snapshot.propertyID, now != property {
        throw .stale("\(system) has it at another property now")
      }
      return snapshot
    case .another(let snapshot):
      throw .stale(
        "\(system) answers with \(snapshot.resmanLeadID ?? "no lead") instead of this lead")
    case .missing: throw .stale("\(system) does not have it any more")
    case .notOffered: throw .unread
    case .failed(let failure):
      if failure.kind == .unauthorized { throw .unauthorized }
      if failure.isTryLater { throw .deferred("\(system) says try later") }
      throw .failed("\(system) could not be read again: \(failure.label)")
    }
  }
}

import Foundation
import Leads

import Upstreams

/// A system with single leads but without pages, for a night that pulls nothing.
struct NoPages: ResManAPI, DomIQAPI, PageSource {
  var resman: SimulatedResMan?
  var domiq: SimulatedDomIQ?

  private static let nothing = CallFailure(.unreachable, "not there")

  func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] { throw Self.nothing }

  func properties() async throws(CallFailure) -> PropertyList { PropertyList([]) }

  func lead(_ id: String) async -> ReadAnswer { await resman?.lead(id) ?? .failed(Self.nothing) }

  func update(_ change: StatusChange, etag: String?, until: Duration) async -> WriteAnswer {
    await resman?.update(change, etag: etag, until: until) ?? .notSent("not there")
  }

  func history(of id: String, limit: Int) async -> HistoryAnswer {
    await resman?.history(of: id, limit: limit) ?? .notOffered
  }

  func lead(conversation: UUID) async -> ReadAnswer {
    await domiq?.lead(conversation: conversation) ?? .failed(Self.nothing)
  }

  func send(_ change: StatusChange, until: Duration) async -> WriteAnswer {
    await domiq?.send(change, until: until) ?? .notSent("not there")
  }
}

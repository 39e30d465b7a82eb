import Foundation
import Leads

import Nightly
import Settings
import Upstreams

/// ResMan, where something happens after a page or before a single read.
struct HookedResMan: ResManAPI, PageSource {
  let resman: any ResManAPI & PageSource
  /// Not listed.
  var hidden: UUID?
  var afterPage: @Sendable (UUID) async -> Void = { _ in }
  var beforeLead: @Sendable (String) async -> Void = { _ in }
  /// The answer in place of ResMan's; nil: its own.
  var instead: @Sendable (String) -> ReadAnswer? = { _ in nil }

  func properties() async throws(CallFailure) -> PropertyList {
    var list = try await resman.properties()
    list.properties.removeAll { $0.id == hidden }
    return list
  }

  func page(
    property: UUID, updatedSince: Instant?, cursor: String?, limit: Int
  ) async throws(CallFailure) -> [UInt8] {
    let page = try await resman.page(
      property: property, updatedSince: updatedSince, cursor: cursor, limit: limit)
    await afterPage(property)
    return page
  }

  func lead(_ id: String) async -> ReadAnswer {
    await beforeLead(id)
    if let answer = instead(id) { return answer }
    return await resman.lead(id)
  }

  func lead(_ id: String, at property: UUID?) async -> ReadAnswer {
    await beforeLead(id)
    if let answer = instead(id) { return answer }
    return await resman.lead(id, at: property)
  }

  func update(_ change: StatusChange, etag: String?, until: Duration) async -> WriteAnswer {
    await resman.update(change, etag: etag, until: until)
  }

  func history(of id: String, limit: Int) async -> HistoryAnswer {
    await resman.history(of: id, limit: limit)
  }

  func history(of id: String, at property: UUID?, limit: Int) async -> HistoryAnswer {
    await resman.history(of: id, at: property, limit: limit)
  }
}

extension NightlyFixture {
  /// A night whose ResMan has hooks.
  func nightly(
    _ settings: Settings? = nil, hooked: (inout HookedResMan) -> Void
  ) throws -> Nightly {
    var parts = try nightly(settings).parts
    var resman = HookedResMan(resman: parts.resman)
    hooked(&resman)
    parts.resman = resman
    return Nightly(parts)
  }
}
